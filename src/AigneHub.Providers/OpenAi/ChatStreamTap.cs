using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches a stream of chat completion chunks
/// (<see href="https://platform.openai.com/docs/api-reference/chat-streaming"/>) go by.
/// </summary>
/// <param name="textBytesMax">How much of the text is kept for <see cref="SseStreamTap.CountDelivered"/>, in bytes.</param>
public sealed class ChatStreamTap(UsageQuirks quirks, int textBytesMax) : ChunkStreamTap(quirks, textBytesMax)
{
    private protected override void ReadText(ReadOnlySpan<byte> chunk)
    {
        for (var at = JsonScan.ValueOf(chunk, "\"delta\""u8); at >= 0; at = JsonScan.ValueOf(chunk, "\"delta\""u8, at))
        {
            var reader = new Utf8JsonReader(chunk[at..]);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                Text.AddWithin(ref reader, chunk[at..], ChatDocument.TextMemberOf);
                at += (int)reader.BytesConsumed;
            }
        }
    }
}
