using System.Net.Mime;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// A request's body on its way to a vendor, in pieces that are not copied; can be sent more than once, to one target or to
/// several.
/// </summary>
/// <param name="ContentType">The header's whole value, parameters included.</param>
public sealed record UpstreamPayload(IReadOnlyList<PayloadPiece> Pieces, string ContentType)
{
    /// <summary>For calls without a body.</summary>
    public static UpstreamPayload None { get; } = Json();

    /// <summary>In bytes, as it is sent.</summary>
    public long Length => Pieces.Sum(piece => piece.Length);

    /// <summary>A JSON document.</summary>
    public static UpstreamPayload Json(params IEnumerable<ReadOnlyMemory<byte>> segments) =>
        new([.. segments.Select(PayloadPiece.FromReadOnlyMemory)], MediaTypeNames.Application.Json);
}
