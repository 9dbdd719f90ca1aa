using System.Buffers.Binary;
using System.Text;

namespace AigneHub.Wire.EventStreams;

/// <summary>One frame of a stream. Its memory is valid until the next call of the splitter it came from.</summary>
public readonly struct EventStreamMessage
{
    private const byte ByteArray = 6;
    private const byte Text = 7;

    private readonly ReadOnlyMemory<byte> _headers;

    internal EventStreamMessage(ReadOnlyMemory<byte> headers, ReadOnlyMemory<byte> payload)
    {
        _headers = headers;
        Payload = payload;
    }

    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The value of the first header of this name; null when there is none, or it is no text.</summary>
    /// <param name="name">E.g. <c>:message-type</c>; case matters.</param>
    public string? Header(ReadOnlySpan<byte> name)
    {
        var rest = _headers.Span;
        while (TryReadHeader(ref rest, out var found, out var type, out var value))
        {
            if (found.SequenceEqual(name))
            {
                return type == Text ? Encoding.UTF8.GetString(value) : null;
            }
        }

        return null;
    }

    /// <summary>Whether the bytes are headers of known types to their very end.</summary>
    internal static bool AreHeaders(ReadOnlySpan<byte> headers)
    {
        while (!headers.IsEmpty)
        {
            if (!TryReadHeader(ref headers, out _, out _, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadHeader(
        ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out byte type, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        type = 0;
        if (rest.IsEmpty || rest[0] == 0 || rest.Length < rest[0] + 2)
        {
            return false;
        }

        name = rest[1..(rest[0] + 1)];
        type = rest[rest[0] + 1];
        rest = rest[(rest[0] + 2)..];
        int length;
        if (type is ByteArray or Text)
        {
            if (rest.Length < sizeof(ushort))
            {
                return false;
            }

            length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[sizeof(ushort)..];
        }
        else
        {
            length = FixedLength(type);
        }

        if (length < 0 || rest.Length < length)
        {
            return false;
        }

        value = rest[..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>Bytes of the value: true, false, byte, short, integer, long, timestamp, UUID; −1 for unknown types.</summary>
    private static int FixedLength(byte type) => type switch
    {
        0 or 1 => 0,
        2 => sizeof(byte),
        3 => sizeof(short),
        4 => sizeof(int),
        5 or 8 => sizeof(long),
        9 => 16,
        _ => -1,
    };
}
