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
    public long Length
    {
        get
        {
            var length = 0L;
            for (var i = 0; i < Pieces.Count; i++)
            {
                length += Pieces[i].Length;
            }

            return length;
        }
    }

    /// <summary>A JSON document.</summary>
    public static UpstreamPayload Json(params ReadOnlySpan<ReadOnlyMemory<byte>> segments)
    {
        var pieces = new PayloadPiece[segments.Length];
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = segments[i];
        }

        return new UpstreamPayload(pieces, MediaTypeNames.Application.Json);
    }
}
