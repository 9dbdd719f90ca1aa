using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches the events of a streamed response
/// (<see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>) go by. The usage comes with the whole
/// response in its last event.
/// </summary>
/// <remarks>
/// Every stream begins with announcements, sent before the vendor knows whether it will answer: they are no content.
/// Neither are <c>keepalive</c> events, which are not documented but come in long calls (openai/openai-node#1964).
/// </remarks>
internal sealed class ResponsesStreamTap(UsageQuirks quirks, int textBytesMax) : SseStreamTap(textBytesMax)
{
    private string? _answerId;

    public override string? AnswerId => _answerId;

    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        var type = EventType.None;
        ReadOnlySpan<byte> delta = default;
        ReadOnlySpan<byte> item = default;
        ReadOnlySpan<byte> response = default;
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
            else if (JsonScan.TextIs(ref reader, "delta"u8))
            {
                reader.Read();
                delta = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "item"u8))
            {
                item = JsonScan.Value(ref reader, data);
            }
            else if (JsonScan.TextIs(ref reader, "response"u8))
            {
                response = JsonScan.Value(ref reader, data);
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
        return type == EventType.Error || (type == EventType.None && hasError)
            ? Failed(data)
            : ReadEvent(type, delta, item, response);
    }

    private StreamEventKind ReadEvent(
        EventType type, ReadOnlySpan<byte> delta, ReadOnlySpan<byte> item, ReadOnlySpan<byte> response)
    {
        switch (type)
        {
            case EventType.None:
                return StreamEventKind.Malformed;
            case EventType.Announcement:
                _answerId ??= response.IsEmpty ? null : ResponsesDocument.Read(response, quirks).Id;
                return StreamEventKind.Opening;
            case EventType.TextDelta:
                Text.Add(delta);
                return StreamEventKind.Content;
            case EventType.ItemAdded:
                AddItem(item);
                return StreamEventKind.Content;
            case EventType.ItemDone:
                // A stream that breaks off has no end to report them.
                Usage = ResponsesDocument.IsSearch(item)
                    ? (Usage ?? default) with { Searches = (Usage?.Searches ?? 0) + 1 }
                    : Usage;
                return StreamEventKind.Content;
            case EventType.Failure:
                return Failed(VendorError.OfFailure(ResponsesDocument.Read(OrNull(response), quirks).Error));
            case EventType.End:
                // The event holds the whole answer, even one that had nothing to say before.
                var document = ResponsesDocument.Read(OrNull(response), quirks);
                Usage = document.Usage ?? Usage;
                AnswerModel = document.Model;
                _answerId ??= document.Id;
                SawContent = SawFinish = SawDone = true;
                return StreamEventKind.Done;
            default:
                return StreamEventKind.Content;
        }
    }

    /// <summary>Of an item that begins only its name was said: its text and arguments follow as deltas.</summary>
    private void AddItem(ReadOnlySpan<byte> item)
    {
        if (item is [(byte)'{', ..])
        {
            var reader = new Utf8JsonReader(item);
            reader.Read();
            Text.AddWithin(ref reader, item, static (ref Utf8JsonReader name) =>
                JsonScan.TextIs(ref name, "name"u8) ? TextMember.Text : TextMember.Other);
        }
    }

    private static ReadOnlySpan<byte> OrNull(ReadOnlySpan<byte> json) => json.IsEmpty ? "null"u8 : json;

    private static EventType TypeOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty)
        {
            return EventType.None;
        }

        if (reader.ValueSpan.EndsWith(".delta"u8))
        {
            return JsonScan.TextIs(ref reader, "response.audio.delta"u8)
                || JsonScan.TextIs(ref reader, "response.output_audio.delta"u8)
                ? EventType.Other
                : EventType.TextDelta;
        }

        return JsonScan.TextIs(ref reader, "response.output_item.added"u8) ? EventType.ItemAdded
            : JsonScan.TextIs(ref reader, "response.output_item.done"u8) ? EventType.ItemDone
            : JsonScan.TextIs(ref reader, "response.created"u8) || JsonScan.TextIs(ref reader, "response.in_progress"u8)
                || JsonScan.TextIs(ref reader, "response.queued"u8) || JsonScan.TextIs(ref reader, "keepalive"u8)
                ? EventType.Announcement
            : JsonScan.TextIs(ref reader, "response.completed"u8) || JsonScan.TextIs(ref reader, "response.incomplete"u8)
                ? EventType.End
            : JsonScan.TextIs(ref reader, "response.failed"u8) ? EventType.Failure
            : JsonScan.TextIs(ref reader, "error"u8) ? EventType.Error
            : EventType.Other;
    }

    private enum EventType
    {
        None,
        Announcement,
        ItemAdded,
        ItemDone,
        TextDelta,
        Other,
        End,
        Failure,
        Error,
    }
}
