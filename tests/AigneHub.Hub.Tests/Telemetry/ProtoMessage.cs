using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AigneHub.Hub.Tests.Telemetry;

/// <summary>The fields of a protobuf message by their numbers: https://protobuf.dev/programming-guides/encoding/.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add((number, Varint(message.Span, ref at), default));
                    break;
                case 1:
                    _fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    _fields.Add((number, 0, message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    _fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7}.");
            }
        }
    }

    public IEnumerable<ReadOnlyMemory<byte>> All(int number) => _fields.Where(field => field.Number == number).Select(field => field.Bytes);

    public ReadOnlyMemory<byte> Bytes(int number) => All(number).FirstOrDefault();

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).Span);

    public long Fixed(int number) => (long)_fields.FirstOrDefault(field => field.Number == number).Value;

    /// <summary>Of an AnyValue: string 1, bool 2, int 3, double 4.</summary>
    public string Value() => _fields switch
    {
        [(1, _, var text)] => Encoding.UTF8.GetString(text.Span),
        [(2, var flag, _)] => flag == 1 ? "true" : "false",
        [(3, var number, _)] => ((long)number).ToString(CultureInfo.InvariantCulture),
        [(4, var bits, _)] => BitConverter.UInt64BitsToDouble(bits).ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
