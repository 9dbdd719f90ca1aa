using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace AigneHub.Unit.Tests.Wire;

/// <summary>Makes frames of <c>application/vnd.amazon.eventstream</c>, as Bedrock sends them.</summary>
internal static class EventStreamFrame
{
    /// <summary>An event of a streamed model call.</summary>
    public static byte[] Chunk(string json) => Of(
        [(":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event")],
        $$"""{"bytes":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(json))}}","p":"abcdefghij"}""");

    /// <summary>The stream's end by an exception.</summary>
    public static byte[] Exception(string type, string payload) => Of(
        [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")], payload);

    public static byte[] Of((string Name, string Value)[] headers, string payload)
    {
        using var bytes = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            bytes.WriteByte((byte)name.Length);
            bytes.Write(Encoding.UTF8.GetBytes(name));
            bytes.WriteByte(7);
            bytes.Write([(byte)(value.Length >> 8), (byte)value.Length]);
            bytes.Write(Encoding.UTF8.GetBytes(value));
        }

        return Of(bytes.ToArray(), Encoding.UTF8.GetBytes(payload));
    }

    public static byte[] Of(byte[] headers, byte[] payload)
    {
        var frame = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc32.HashToUInt32(frame.AsSpan(0, 8)));
        headers.CopyTo(frame, 12);
        payload.CopyTo(frame, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc32.HashToUInt32(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }
}
