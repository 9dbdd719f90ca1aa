using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.Simulation;

/// <summary>
/// The events of a simulated answer by their place in the stream: the role, the pieces of the text or of the tool's
/// arguments, the finish, the usage if it was asked for, <c>[DONE]</c>. What all chunks share is made once.
/// </summary>
internal sealed class SimulatedChunks
{
    private const int ArgumentCharsPerChunk = 8;

    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly byte[] _start;
    private readonly byte[][] _arguments;
    private readonly byte[][] _end;
    private readonly bool _isText;

    public SimulatedChunks(SimulatedAnswer answer)
    {
        var request = answer.Request;
        var call = request.ToolCall;
        var noUsage = request.IncludeUsage ? ",\"usage\":null"u8 : [];
        var shared = Shared(answer);
        _isText = call is null;
        _head = [.. "data: "u8, .. shared, .. "\"choices\":[{\"index\":0,\"delta\":"u8];
        _tail = [.. ",\"logprobs\":null,\"finish_reason\":null}]"u8, .. noUsage, .. "}\n\n"u8];
        _start = call is null ? [.. "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"u8] : ToolStart(call);
        _arguments = call is null ? [] : Arguments(call);
        Pieces = call is null ? answer.OutputTokens : _arguments.Length;
        byte[] finish =
        [
            .. _head, .. "{},\"logprobs\":null,\"finish_reason\":"u8, .. Quote(answer.FinishReason), .. "}]"u8, .. noUsage,
            .. "}\n\n"u8,
        ];
        byte[] done = [.. SseText.DoneEvent];
        _end = request.IncludeUsage ? [finish, UsageEvent(answer, shared), done] : [finish, done];
    }

    /// <summary>How many events carry the answer; they follow the first one.</summary>
    public int Pieces { get; }

    /// <summary>Writes one event; false when the stream is over.</summary>
    public bool TryWrite(int index, IBufferWriter<byte> output)
    {
        var piece = index - 1;
        if (piece >= Pieces)
        {
            var end = piece - Pieces;
            output.Write(end < _end.Length ? _end[end] : []);
            return end < _end.Length;
        }

        output.Write(_head);
        if (piece < 0)
        {
            output.Write(_start);
        }
        else if (_isText)
        {
            output.Write("{\"content\":\""u8);
            output.Write(SimulatedText.PieceAt(piece));
            output.Write("\"}"u8);
        }
        else
        {
            output.Write(_arguments[piece]);
        }

        output.Write(_tail);
        return true;
    }

    private static byte[] Shared(SimulatedAnswer answer) =>
    [
        .. "{\"id\":"u8, .. Quote(answer.Id), .. ",\"object\":\"chat.completion.chunk\",\"created\":"u8,
        .. Encoding.ASCII.GetBytes(answer.Created.ToString(CultureInfo.InvariantCulture)),
        .. ",\"model\":"u8, .. Quote(answer.Request.Model.Id),
        .. ",\"system_fingerprint\":"u8, .. Quote(SimulatedAnswer.Fingerprint), .. ","u8,
    ];

    private static byte[] UsageEvent(SimulatedAnswer answer, byte[] shared)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            answer.WriteUsage(writer);
            writer.WriteEndObject();
        }

        return [.. "data: "u8, .. shared, .. "\"choices\":[],"u8, .. json.WrittenSpan[1..], .. SseText.EventEnd];
    }

    private static byte[] ToolStart(SimulatedToolCall call) =>
    [
        .. "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":"u8, .. Quote(call.Id),
        .. ",\"type\":\"function\",\"function\":{\"name\":"u8, .. Quote(call.Name),
        .. ",\"arguments\":\"\"}}],\"refusal\":null}"u8,
    ];

    // The arguments are ASCII (JsonNode escapes the rest), so a cut never splits a character.
    private static byte[][] Arguments(SimulatedToolCall call) =>
    [
        .. call.Arguments.Chunk(ArgumentCharsPerChunk).Select(static piece => (byte[])
        [
            .. "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"u8, .. Quote(new string(piece)), .. "}}]}"u8,
        ]),
    ];

    private static byte[] Quote(string text) => [.. "\""u8, .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, .. "\""u8];
}
