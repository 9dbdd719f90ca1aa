using System.Net;
using System.Net.Http.Headers;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// A JSON request body in pieces, not copied; can be sent more than once (a connection found dead is replaced). The pieces
/// belong to a pool, so they are read only until <see cref="ReleasedAsync"/> has completed.
/// </summary>
internal sealed class SegmentedContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _segments;
    private readonly long _length;
    private Task? _sending;

    public SegmentedContent(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        _segments = segments;
        foreach (var segment in segments)
        {
            _length += segment.Length;
        }

        Headers.ContentType = Json;
    }

    /// <summary>The transport has asked for the body: there was a connection.</summary>
    public bool IsBegun => _sending is not null;

    /// <summary>Waits for the transport to let go of the body: over HTTP/2 a call can end before its body is sent.</summary>
    public Task ReleasedAsync() => (_sending ?? Task.CompletedTask).ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _sending = WriteAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (var segment in _segments)
        {
            await stream.WriteAsync(segment, cancellationToken);
        }
    }
}
