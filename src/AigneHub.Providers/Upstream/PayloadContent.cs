using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// A payload as the transport sends it, maybe more than once (a connection found dead is replaced). Its pieces belong to the
/// call, so they are read only until <see cref="ReleasedAsync"/> has completed.
/// </summary>
internal sealed class PayloadContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new(MediaTypeNames.Application.Json);
    private readonly UpstreamPayload _payload;
    private readonly long _length;
    private Task? _sending;

    public PayloadContent(UpstreamPayload payload)
    {
        _payload = payload;
        _length = payload.Length;
        Headers.ContentType = payload.ContentType == MediaTypeNames.Application.Json
            ? Json
            : MediaTypeHeaderValue.Parse(payload.ContentType);
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
        foreach (var piece in _payload.Pieces)
        {
            await piece.WriteToAsync(stream, cancellationToken);
        }
    }
}
