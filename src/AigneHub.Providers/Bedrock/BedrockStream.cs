using System.Buffers;
using AigneHub.Providers.Upstream;
using AigneHub.Wire.EventStreams;

namespace AigneHub.Providers.Bedrock;

/// <summary>A streamed answer of Bedrock, read as the server-sent events that Anthropic would have sent, as they come.</summary>
/// <param name="frames">The answer's body; disposed here.</param>
/// <param name="frameBytesMax">Bytes of the longest frame that is taken.</param>
internal sealed class BedrockStream(Stream frames, int frameBytesMax) : Stream
{
    public const string ContentType = "application/vnd.amazon.eventstream";
    private const int ChunkBytes = 16 * 1024;

    private readonly EventStreamSplitter _splitter = new(frameBytesMax);
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly ArrayBufferWriter<byte> _events = new();
    private int _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="BrokenAnswerException">A frame is wrong, too long or cut.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_events.WrittenCount > _read)
            {
                var length = Math.Min(buffer.Length, _events.WrittenCount - _read);
                _events.WrittenSpan.Slice(_read, length).CopyTo(buffer.Span);
                _read += length;
                return length;
            }

            _events.ResetWrittenCount();
            _read = 0;
            if (TryWriteNext())
            {
                continue;
            }

            var bytes = await frames.ReadAsync(_chunk, cancellationToken);
            if (bytes == 0)
            {
                return _splitter.HasRest ? throw new BrokenAnswerException(UpstreamFailureKind.ConnectionReset) : 0;
            }

            _splitter.Feed(_chunk.AsSpan(0, bytes));
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            frames.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool TryWriteNext()
    {
        if (_splitter.TryNext(out var frame))
        {
            return BedrockEvents.TryWrite(frame, _events)
                ? true
                : throw new BrokenAnswerException(UpstreamFailureKind.InvalidResponse);
        }

        return _splitter.Fault switch
        {
            EventStreamFault.None => false,
            EventStreamFault.TooLong => throw new BrokenAnswerException(UpstreamFailureKind.TooLarge),
            _ => throw new BrokenAnswerException(UpstreamFailureKind.InvalidResponse),
        };
    }
}
