using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches a stream of chat completion chunks
/// (<see href="https://platform.openai.com/docs/api-reference/chat-streaming"/>) go by: remembers the usage, the end, and
/// what was said, and tells what each event is. Never throws on what a vendor sends and allocates nothing per event: only
/// the events with usage or an error are parsed, from the others the delta alone is read. Not thread-safe.
/// </summary>
/// <param name="textBytesMax">How much of the text is kept for <see cref="CountDelivered"/>, in bytes.</param>
public sealed class ChatStreamTap(UsageQuirks quirks, int textBytesMax) : IStreamTap
{
    private readonly DeliveredText _text = new(textBytesMax);
    private byte[]? _joined;

    public TokenUsage? Usage { get; private set; }

    public bool SawFinish { get; private set; }

    /// <summary><c>[DONE]</c> has come.</summary>
    public bool SawDone { get; private set; }

    public bool SawContent { get; private set; }

    public VendorError? Error { get; private set; }

    public StreamEventKind Read(ReadOnlySpan<byte> sseEvent)
    {
        ReadOnlySpan<byte> data = default;
        var lines = 0;
        var error = false;
        var fields = new SseFieldReader(sseEvent);
        while (fields.TryRead(out var name, out var value))
        {
            if (name.SequenceEqual("data"u8))
            {
                data = lines++ == 0 ? value : Join(data, value, sseEvent.Length);
            }
            else if (name.SequenceEqual("event"u8))
            {
                error = value.SequenceEqual("error"u8);
            }
        }

        if (error)
        {
            Error = VendorError.TryRead(data);
            return StreamEventKind.Error;
        }

        var kind = data.IsEmpty ? StreamEventKind.Comment : ReadData(data);
        SawContent |= kind == StreamEventKind.Content;
        return kind;
    }

    public bool IsWholeEvent(ReadOnlySpan<byte> rest)
    {
        var fields = new SseFieldReader(rest);
        while (fields.TryRead(out var name, out var value))
        {
            if (name.SequenceEqual("data"u8))
            {
                return value.SequenceEqual(SseText.Done) || IsJson(value);
            }
        }

        return false;
    }

    public long CountDelivered(TokenCounter counter) => _text.Count(counter);

    public void Dispose()
    {
        _text.Dispose();
        if (_joined is { } joined)
        {
            _joined = null;
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    private StreamEventKind ReadData(ReadOnlySpan<byte> data)
    {
        if (data.TrimEnd((byte)' ').SequenceEqual(SseText.Done))
        {
            SawDone = true;
            return StreamEventKind.Done;
        }

        if (!LooksLikeObject(data))
        {
            return StreamEventKind.Malformed;
        }

        try
        {
            ReadDeltas(data);
            SawFinish |= JsonScan.Has(data, "\"finish_reason\""u8, (byte)'"');
            return JsonScan.Has(data, "\"usage\""u8, (byte)'{') || JsonScan.ValueOf(data, "\"error\""u8) >= 0
                ? ReadChunk(data)
                : StreamEventKind.Content;
        }
        catch (JsonException)
        {
            return StreamEventKind.Malformed;
        }
    }

    private void ReadDeltas(ReadOnlySpan<byte> data)
    {
        for (var at = JsonScan.ValueOf(data, "\"delta\""u8); at >= 0; at = JsonScan.ValueOf(data, "\"delta\""u8, at))
        {
            var reader = new Utf8JsonReader(data[at..]);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                _text.AddMessage(ref reader);
                at += (int)reader.BytesConsumed;
            }
        }
    }

    private StreamEventKind ReadChunk(ReadOnlySpan<byte> data)
    {
        var document = ChatDocument.Read(data, quirks);
        if (document.IsError)
        {
            Error = VendorError.TryRead(data);
            return StreamEventKind.Error;
        }

        Usage = document.Usage ?? Usage;
        return document.Usage is not null && !document.HasChoices ? StreamEventKind.Usage : StreamEventKind.Content;
    }

    // Passing an event on must not cost a parse of it: what no client could parse is found by its ends and its deltas.
    private static bool LooksLikeObject(ReadOnlySpan<byte> data) => data.Trim(" \t\r\n"u8) is [(byte)'{', .., (byte)'}'];

    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data);
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // An event of several data lines, joined by LF as the format demands; no vendor is known to send one.
    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> before, ReadOnlySpan<byte> line, int eventBytes)
    {
        if (_joined is null || _joined.Length < eventBytes)
        {
            var joined = ArrayPool<byte>.Shared.Rent(eventBytes);
            before.CopyTo(joined);
            if (_joined is { } old)
            {
                ArrayPool<byte>.Shared.Return(old);
            }

            _joined = joined;
        }
        else
        {
            before.CopyTo(_joined);
        }

        _joined[before.Length] = (byte)'\n';
        line.CopyTo(_joined.AsSpan(before.Length + 1));
        return _joined.AsSpan(0, before.Length + 1 + line.Length);
    }
}
