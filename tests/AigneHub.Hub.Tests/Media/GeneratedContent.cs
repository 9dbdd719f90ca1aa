using System.Net;

namespace AigneHub.Hub.Tests.Media;

/// <summary>Bytes that are made while they are sent.</summary>
internal sealed class GeneratedContent(int bytes, Action half) : HttpContent
{
    private readonly byte[] _block = new byte[64 * 1024];

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes; sent += _block.Length)
        {
            if (sent == bytes / 2)
            {
                await stream.FlushAsync(cancellationToken);
                half();
            }

            await stream.WriteAsync(_block, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes;
        return true;
    }
}
