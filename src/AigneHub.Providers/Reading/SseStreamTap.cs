using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.Reading;

/// <summary>
/// What the taps of all APIs have in common: the data of an event, the marks of the end and of an error that are the same
/// everywhere, and what was said.
/// </summary>
public abstract class SseStreamTap : IStreamTap
{
    private byte[]? _joined;

    private protected SseStreamTap(int textBytesMax) => Text = new DeliveredText(textBytesMax);

    public TokenUsage? Usage { get; private protected set; }

    public bool SawFinish { get; private protected set; }

    public bool SawDone { get; private protected set; }

    public bool SawContent { get; private protected set; }

    public virtual string? AnswerId => null;

    public string? AnswerModel { get; private protected set; }

    public VendorError? Error { get; private set; }

    private protected DeliveredText Text { get; }

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

        var kind = error ? Failed(data) : data.IsEmpty ? StreamEventKind.Comment : ReadData(data);
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

    public long CountDelivered(TokenCounter counter) => Text.Count(counter);

    public void Dispose()
    {
        Text.Dispose();
        if (_joined is { } joined)
        {
            _joined = null;
            ArrayPool<byte>.Shared.Return(joined);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Reads an event's data that begins and ends as a JSON object does.</summary>
    /// <exception cref="JsonException">It is none: the event is malformed.</exception>
    private protected abstract StreamEventKind ReadDocument(ReadOnlySpan<byte> data);

    /// <summary>Remembers the vendor's error.</summary>
    /// <param name="document">The JSON that tells of it; may be anything.</param>
    private protected StreamEventKind Failed(ReadOnlySpan<byte> document) => Failed(VendorError.TryRead(document));

    private protected StreamEventKind Failed(VendorError? said)
    {
        Error = said;
        return StreamEventKind.Error;
    }

    private StreamEventKind ReadData(ReadOnlySpan<byte> data)
    {
        var trimmed = data.Trim(" \t\r\n"u8);
        if (trimmed.SequenceEqual(SseText.Done))
        {
            SawDone = true;
            return StreamEventKind.Done;
        }

        // Gemini writes errors as a list of one.
        if (trimmed is [(byte)'[', ..] && VendorError.TryRead(trimmed) is not null)
        {
            return Failed(trimmed);
        }

        if (trimmed is not [(byte)'{', .., (byte)'}'])
        {
            return StreamEventKind.Malformed;
        }

        try
        {
            return ReadDocument(data);
        }
        catch (JsonException)
        {
            return StreamEventKind.Malformed;
        }
    }

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
