using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Chat completions (<see href="https://platform.openai.com/docs/api-reference/chat/object"/>).
/// </summary>
public sealed class ChatReader : IAnswerReader
{
    public static ChatReader Instance { get; } = new();

    public ModelApi Api => ModelApi.OpenAiChat;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new ChatStreamTap(quirks, textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks) => ChatDocument.ReadAnswer(body, quirks);

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter)
    {
        using var text = new DeliveredText(body.Length);
        for (var at = JsonScan.ValueOf(body, "\"message\""u8); at >= 0; at = JsonScan.ValueOf(body, "\"message\""u8, at))
        {
            try
            {
                var reader = new Utf8JsonReader(body[at..]);
                if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    text.AddWithin(ref reader, body[at..], ChatDocument.TextMemberOf);
                    at += (int)reader.BytesConsumed;
                }
            }
            catch (JsonException)
            {
                // A body that was cut: what came before the fault is counted.
                break;
            }
        }

        return text.Count(counter);
    }

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => ChatPrompt.Count(request, counter);
}
