using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Anthropic;

/// <summary>
/// Watches the events of a streamed message (<see href="https://docs.claude.com/en/docs/build-with-claude/streaming"/>) go
/// by. The prompt's usage comes in the first event, the answer's with the stop reason.
/// </summary>
internal sealed class MessagesStreamTap(int textBytesMax) : SseStreamTap(textBytesMax)
{
    private MessagesUsage _usage;

    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        var type = EventType.None;
        ReadOnlySpan<byte> part = default;
        ReadOnlySpan<byte> message = default;
        ReadOnlySpan<byte> usage = default;
        var hasError = false;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "type"u8))
            {
                reader.Read();
                type = TypeOf(ref reader);
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "delta"u8) || JsonScan.TextIs(ref reader, "content_block"u8))
            {
                part = JsonScan.Value(ref reader, data);
            }
            else if (JsonScan.TextIs(ref reader, "message"u8))
            {
                message = JsonScan.Value(ref reader, data);
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = JsonScan.Value(ref reader, data);
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                hasError = JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        switch (type)
        {
            case EventType.Error:
            case EventType.None when hasError:
                return Failed(data);
            case EventType.None:
                return StreamEventKind.Malformed;
            case EventType.Ping:
                return StreamEventKind.Opening;
            case EventType.Start:
                ReadMessage(message);
                return StreamEventKind.Opening;
            case EventType.Stop:
                SawDone = true;
                return StreamEventKind.Done;
            case EventType.MessageDelta:
                ReadUsage(usage);
                SawFinish |= JsonScan.Has(part, "\"stop_reason\""u8, (byte)'"');
                return StreamEventKind.Content;
            case EventType.Part:
                AddText(part);
                return StreamEventKind.Content;
            default:
                return StreamEventKind.Content;
        }
    }

    private void ReadMessage(ReadOnlySpan<byte> message)
    {
        if (message is not [(byte)'{', ..])
        {
            return;
        }

        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                ReadUsage(JsonScan.Value(ref reader, message));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadUsage(ReadOnlySpan<byte> usage)
    {
        _usage.Read(usage);
        Usage = _usage.Usage;
    }

    private void AddText(ReadOnlySpan<byte> part)
    {
        if (part is [(byte)'{', ..])
        {
            var reader = new Utf8JsonReader(part);
            reader.Read();
            Text.AddWithin(ref reader, part, MessagesText.MemberOf);
        }
    }

    private static EventType TypeOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
        {
            return EventType.None;
        }

        return JsonScan.TextIs(ref reader, "content_block_delta"u8) || JsonScan.TextIs(ref reader, "content_block_start"u8)
                ? EventType.Part
            : JsonScan.TextIs(ref reader, "message_start"u8) ? EventType.Start
            : JsonScan.TextIs(ref reader, "ping"u8) ? EventType.Ping
            : JsonScan.TextIs(ref reader, "message_delta"u8) ? EventType.MessageDelta
            : JsonScan.TextIs(ref reader, "message_stop"u8) ? EventType.Stop
            : JsonScan.TextIs(ref reader, "error"u8) ? EventType.Error
            : EventType.Other;
    }

    private enum EventType
    {
        None,
        Start,
        Ping,
        Part,
        MessageDelta,
        Stop,
        Error,
        Other,
    }
}
