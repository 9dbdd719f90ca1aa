using System.Buffers;
using System.Text.Json;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.Simulation;

/// <summary>
/// The event stream of a simulated answer, made while it is read: one event a read, with real pauses. The members that
/// all chunks share are written once; an event is three copies.
/// </summary>
internal sealed class SimulatedStream : Stream
{
    private const int FaultAfterTokens = 10;
    private const int ArgumentCharsPerChunk = 8;

    private readonly SimulatedAnswer _answer;
    private readonly TimeProvider _time;
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly byte[][] _first;
    private readonly byte[][] _last;
    private readonly byte[][] _arguments;
    private readonly int _pieces;
    private readonly ArrayBufferWriter<byte> _event = new(512);
    private int _next;
    private int _sent;

    public SimulatedStream(SimulatedAnswer answer, TimeProvider time)
    {
        _answer = answer;
        _time = time;
        var request = answer.Request;
        _head = [.. "data: "u8, .. ChunkHead(answer), .. "\"choices\":[{\"index\":0,\"delta\":"u8];
        var usage = request.IncludeUsage ? ",\"usage\":null"u8 : [];
        _tail = [.. ",\"logprobs\":null,\"finish_reason\":null}]"u8, .. usage, .. "}\n\n"u8];
        _first = [Chunk(request.ToolCall is { } call ? ToolStart(call) : "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"u8)];
        _arguments = request.ToolCall is { } tool ? Arguments(tool) : [];
        _pieces = request.ToolCall is null ? answer.OutputTokens : _arguments.Length;
        byte[] finish =
        [
            .. _head, .. "{},\"logprobs\":null,\"finish_reason\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(answer.FinishReason),
            .. "}]"u8, .. usage, .. "}\n\n"u8,
        ];
        byte[] done = [.. SseText.DoneEvent];
        _last = request.IncludeUsage ? [finish, UsageEvent(answer), done] : [finish, done];
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sent < _event.WrittenCount)
        {
            return ValueTask.FromResult(Take(buffer));
        }

        var pause = PauseBefore(_next);
        if (pause != TimeSpan.Zero)
        {
            return WaitAsync(pause, buffer, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(MakeNext() ? Take(buffer) : 0);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> WaitAsync(TimeSpan pause, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, _time, cancellationToken);
        return MakeNext() ? Take(buffer) : 0;
    }

    private TimeSpan PauseBefore(int index)
    {
        var piece = index - _first.Length;
        if (piece == FaultAfterTokens && _answer.Request.Model.Behaviour == SimulatedBehaviour.HangMidStream)
        {
            return Timeout.InfiniteTimeSpan;
        }

        return piece < 0 ? _answer.Request.FirstTokenPause : piece < _pieces ? _answer.Request.TokenPause : TimeSpan.Zero;
    }

    private int Take(Memory<byte> buffer)
    {
        var left = _event.WrittenMemory[_sent..];
        var taken = Math.Min(left.Length, buffer.Length);
        left[..taken].CopyTo(buffer);
        _sent += taken;
        return taken;
    }

    private bool MakeNext()
    {
        _event.ResetWrittenCount();
        _sent = 0;
        var piece = _next++ - _first.Length;
        if (piece < 0)
        {
            _event.Write(_first[_next - 1]);
            return true;
        }

        if (piece == FaultAfterTokens && _answer.Request.Model.Behaviour == SimulatedBehaviour.CutMidStream)
        {
            throw new IOException("The simulated connection was cut.");
        }

        if (piece >= _pieces)
        {
            var last = piece - _pieces;
            _event.Write(last < _last.Length ? _last[last] : []);
            return last < _last.Length;
        }

        _event.Write(_head);
        if (_answer.Request.ToolCall is null)
        {
            _event.Write("{\"content\":\""u8);
            _event.Write(SimulatedText.PieceAt(piece));
            _event.Write("\"}"u8);
        }
        else
        {
            _event.Write(_arguments[piece]);
        }

        _event.Write(_tail);
        return true;
    }

    private byte[] Chunk(ReadOnlySpan<byte> delta) => [.. _head, .. delta, .. _tail];

    private static byte[] ChunkHead(SimulatedAnswer answer) =>
    [
        .. "{\"id\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(answer.Id),
        .. ",\"object\":\"chat.completion.chunk\",\"created\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(answer.Created),
        .. ",\"model\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(answer.Request.Model.Id),
        .. ",\"system_fingerprint\":\""u8, .. "fp_sim"u8, .. "\","u8,
    ];

    private static byte[] UsageEvent(SimulatedAnswer answer)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            answer.WriteUsage(writer);
            writer.WriteEndObject();
        }

        return [.. "data: "u8, .. ChunkHead(answer), .. "\"choices\":[],"u8, .. json.WrittenSpan[1..], .. SseText.EventEnd];
    }

    private static byte[] ToolStart(SimulatedToolCall call) =>
    [
        .. "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":"u8,
        .. JsonSerializer.SerializeToUtf8Bytes(call.Id), .. ",\"type\":\"function\",\"function\":{\"name\":"u8,
        .. JsonSerializer.SerializeToUtf8Bytes(call.Name), .. ",\"arguments\":\"\"}}],\"refusal\":null}"u8,
    ];

    private static byte[][] Arguments(SimulatedToolCall call) =>
    [
        .. call.Arguments.Chunk(ArgumentCharsPerChunk).Select(static piece => (byte[])
        [
            .. "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"u8,
            .. JsonSerializer.SerializeToUtf8Bytes(new string(piece)), .. "}}]}"u8,
        ]),
    ];
}
