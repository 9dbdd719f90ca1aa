using System.Net;
using System.Net.Http.Headers;

namespace AigneHub.Providers.Upstream;

/// <summary>A JSON request body in pieces, not copied; can be sent more than once.</summary>
internal sealed class SegmentedContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _segments;
    private readonly long _length;

    public SegmentedContent(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        _segments = segments;
        foreach (var segment in segments)
        {
            _length += segment.Length;
        }

        Headers.ContentType = Json;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var segment in _segments)
        {
            await stream.WriteAsync(segment, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
