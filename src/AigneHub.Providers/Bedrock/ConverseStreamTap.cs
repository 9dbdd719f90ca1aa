using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Bedrock;

/// <summary>
/// Watches the events of <c>ConverseStream</c>
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html"/>) go by, each an object with
/// the event's name as its only member, as <see cref="BedrockEvents"/> writes them.
/// </summary>
internal sealed class ConverseStreamTap(int textBytesMax) : SseStreamTap(textBytesMax)
{
    private bool _sawMetadata;

    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        var kind = StreamEventKind.Malformed;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "messageStart"u8))
            {
                kind = StreamEventKind.Opening;
            }
            else if (JsonScan.TextIs(ref reader, "contentBlockStart"u8) || JsonScan.TextIs(ref reader, "contentBlockDelta"u8))
            {
                AddText(JsonScan.Value(ref reader, data));
                kind = StreamEventKind.Content;
                continue;
            }
            else if (JsonScan.TextIs(ref reader, "messageStop"u8))
            {
                SawFinish = true;
                kind = StreamEventKind.Content;
            }
            else if (JsonScan.TextIs(ref reader, "metadata"u8))
            {
                ReadMetadata(JsonScan.Value(ref reader, data));
                kind = StreamEventKind.Content;
                continue;
            }
            else
            {
                kind = StreamEventKind.Content;
            }

            reader.Skip();
        }

        reader.Read(); // Throws when something follows the object.
        SawDone = SawFinish && _sawMetadata;
        return SawDone ? StreamEventKind.Done : kind;
    }

    private void ReadMetadata(ReadOnlySpan<byte> metadata)
    {
        _sawMetadata = true;
        var usage = JsonScan.ValueOf(metadata, "\"usage\""u8);
        if (usage >= 0)
        {
            var reader = new Utf8JsonReader(metadata[usage..]);
            reader.Read();
            reader.Skip();
            Usage = ConverseUsage.Read(metadata.Slice(usage, (int)reader.BytesConsumed)) ?? Usage;
        }
    }

    private void AddText(ReadOnlySpan<byte> part)
    {
        if (part is [(byte)'{', ..])
        {
            var reader = new Utf8JsonReader(part);
            reader.Read();
            Text.AddWithin(ref reader, part, static (ref Utf8JsonReader name) =>
                JsonScan.TextIs(ref name, "text"u8) || JsonScan.TextIs(ref name, "input"u8) || JsonScan.TextIs(ref name, "name"u8)
                    ? TextMember.Text
                    : TextMember.Other);
        }
    }
}
