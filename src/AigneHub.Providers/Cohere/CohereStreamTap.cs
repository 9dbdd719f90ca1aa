using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Cohere;

/// <summary>
/// Watches the events of a streamed chat (<see href="https://docs.cohere.com/reference/chat-stream"/>) go by. The usage comes with the
/// last one.
/// </summary>
internal sealed class CohereStreamTap(int textBytesMax) : SseStreamTap(textBytesMax)
{
    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        var kind = StreamEventKind.Malformed;
        ReadOnlySpan<byte> delta = default;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "type"u8))
            {
                reader.Read();
                kind = reader.TokenType != JsonTokenType.String ? StreamEventKind.Malformed
                    : JsonScan.TextIs(ref reader, "message-start"u8) ? StreamEventKind.Opening
                    : JsonScan.TextIs(ref reader, "message-end"u8) ? StreamEventKind.Done
                    : StreamEventKind.Content;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "delta"u8))
            {
                delta = JsonScan.Value(ref reader, data);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        if (kind == StreamEventKind.Malformed && VendorError.TryRead(data) is { } said)
        {
            return Failed(said);
        }

        if (delta is [(byte)'{', ..])
        {
            ReadDelta(kind, delta);
        }

        if (kind == StreamEventKind.Done)
        {
            SawFinish = SawDone = true;
        }

        return kind;
    }

    private void ReadDelta(StreamEventKind kind, ReadOnlySpan<byte> delta)
    {
        var reader = new Utf8JsonReader(delta);
        reader.Read();
        if (kind == StreamEventKind.Content)
        {
            Text.AddWithin(ref reader, delta, CohereText.MemberOf);
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                Usage = CohereUsage.Read(JsonScan.Value(ref reader, delta)) ?? Usage;
            }
            else
            {
                reader.Skip();
            }
        }
    }
}
