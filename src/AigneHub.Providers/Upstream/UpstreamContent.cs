using System.Buffers;

namespace AigneHub.Providers.Upstream;

/// <summary>A body that was read to its end, or as far as it came.</summary>
public sealed class UpstreamContent : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    internal UpstreamContent(byte[] buffer, int length, UpstreamFailureKind failure, Exception? cause)
    {
        _buffer = buffer;
        _length = length;
        Failure = failure;
        Cause = cause;
    }

    /// <summary>What came; the whole body when <see cref="Failure"/> is none. Gone after disposal.</summary>
    public ReadOnlyMemory<byte> Bytes =>
        (_buffer ?? throw new ObjectDisposedException(nameof(UpstreamContent))).AsMemory(0, _length);

    public UpstreamFailureKind Failure { get; }

    /// <summary>For logs only.</summary>
    public Exception? Cause { get; }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
