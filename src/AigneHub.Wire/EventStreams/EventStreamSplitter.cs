using System.Buffers.Binary;
using System.IO.Hashing;

namespace AigneHub.Wire.EventStreams;

/// <summary>
/// Cuts <c>application/vnd.amazon.eventstream</c> into frames, whatever the chunks it arrives in, and checks both checksums
/// of each (<see href="https://smithy.io/2.0/aws/amazon-eventstream.html"/>). A frame is, in big-endian order: its whole
/// length and that of its headers (4 bytes each), their CRC-32, the headers, the payload, the CRC-32 of all before.
/// </summary>
/// <remarks>Use: <see cref="Feed"/> a chunk, then <see cref="TryNext"/> until it is false; not thread-safe.</remarks>
/// <param name="frameBytesMax">Bytes of the longest frame that is taken, checksums included.</param>
public sealed class EventStreamSplitter(int frameBytesMax)
{
    private const int PreludeBytes = 12;
    private const int ChecksumBytes = 4;
    private const int FirstBufferBytes = 4096;

    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;

    /// <summary>Other than none: no more frames come, the stream must be given up.</summary>
    public EventStreamFault Fault { get; private set; }

    /// <summary>Bytes of a frame that is not whole yet: a stream that ends here was cut.</summary>
    public bool HasRest => _end > _start;

    /// <summary>Takes the next chunk; it is copied.</summary>
    public void Feed(ReadOnlySpan<byte> chunk)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_buffer.Length - _end < chunk.Length)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _end + chunk.Length));
        }

        chunk.CopyTo(_buffer.AsSpan(_end));
        _end += chunk.Length;
    }

    /// <summary>The next whole frame. False: feed the next chunk, or see <see cref="Fault"/>.</summary>
    public bool TryNext(out EventStreamMessage message)
    {
        message = default;
        var rest = _buffer.AsMemory(_start, _end - _start);
        if (Fault != EventStreamFault.None || rest.Length < PreludeBytes)
        {
            return false;
        }

        var prelude = rest.Span[..PreludeBytes];
        var length = BinaryPrimitives.ReadUInt32BigEndian(prelude);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(prelude[4..]);
        if (Crc32.HashToUInt32(prelude[..8]) != BinaryPrimitives.ReadUInt32BigEndian(prelude[8..])
            || length < PreludeBytes + ChecksumBytes || headers > length - PreludeBytes - ChecksumBytes)
        {
            Fault = EventStreamFault.Corrupt;
            return false;
        }

        if (length > frameBytesMax)
        {
            Fault = EventStreamFault.TooLong;
            return false;
        }

        if (rest.Length < length)
        {
            return false;
        }

        var whole = rest[..(int)length];
        var checkedBytes = whole[..^ChecksumBytes];
        var headersEnd = PreludeBytes + (int)headers;
        if (Crc32.HashToUInt32(checkedBytes.Span) != BinaryPrimitives.ReadUInt32BigEndian(whole.Span[^ChecksumBytes..])
            || !EventStreamMessage.AreHeaders(whole.Span[PreludeBytes..headersEnd]))
        {
            Fault = EventStreamFault.Corrupt;
            return false;
        }

        _start += (int)length;
        message = new EventStreamMessage(whole[PreludeBytes..headersEnd], checkedBytes[headersEnd..]);
        return true;
    }
}
