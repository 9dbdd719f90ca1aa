using System.Net;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// A payload as the transport sends it, maybe more than once (a connection found dead is replaced). Its pieces belong to the
/// call, so they are read only until <see cref="ReleasedAsync"/> has completed.
/// </summary>
internal sealed class PayloadContent : HttpContent
{
    private readonly UpstreamPayload _payload;
    private readonly long _length;
    private Task? _sending;

    public PayloadContent(UpstreamPayload payload)
    {
        _payload = payload;
        _length = payload.Length;
        Headers.TryAddWithoutValidation("Content-Type", payload.ContentType);
    }

    /// <summary>The transport has asked for the body: there was a connection.</summary>
    public bool IsBegun => _sending is not null;

    /// <summary>Waits for the transport to let go of the body: over HTTP/2 a call can end before its body is sent.</summary>
    public async ValueTask ReleasedAsync()
    {
        if (_sending is { IsCompleted: false })
        {
            await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

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
        var pieces = _payload.Pieces;
        for (var i = 0; i < pieces.Count; i++)
        {
            await pieces[i].WriteToAsync(stream, cancellationToken);
        }
    }
}
