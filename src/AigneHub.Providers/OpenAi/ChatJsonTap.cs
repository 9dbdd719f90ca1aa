using System.Text.Json;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Reads what the hub needs of a chat completion that was not streamed
/// (<see href="https://platform.openai.com/docs/api-reference/chat/object"/>). Never throws on what a vendor sends.
/// </summary>
public static class ChatJsonTap
{
    /// <summary>What the body is, and the usage it reports; of a body that is not JSON nothing.</summary>
    public static ChatAnswer Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var document = ChatDocument.Read(body, quirks);
            return new ChatAnswer(document.HasChoices, document.Usage, document.IsError ? VendorError.TryRead(body) : null);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>Counts the answer's text as <see cref="ChatStreamTap.CountDelivered"/> does.</summary>
    public static long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter)
    {
        using var text = new DeliveredText(body.Length);
        for (var at = JsonScan.ValueOf(body, "\"message\""u8); at >= 0; at = JsonScan.ValueOf(body, "\"message\""u8, at))
        {
            try
            {
                var reader = new Utf8JsonReader(body[at..]);
                if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    text.AddMessage(ref reader);
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
}
