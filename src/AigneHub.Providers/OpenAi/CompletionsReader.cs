using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// The older completions API (<see href="https://platform.openai.com/docs/api-reference/completions/object"/>).
/// </summary>
internal sealed class CompletionsReader : IAnswerReader
{
    public ModelApi Api => ModelApi.OpenAiCompletions;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new CompletionsStreamTap(quirks, textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks) => ChatDocument.ReadAnswer(body, quirks);

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter)
    {
        using var text = new DeliveredText(body.Length);
        try
        {
            AddText(text, body);
        }
        catch (JsonException)
        {
            // A body that was cut: what came before the fault is counted.
        }

        return text.Count(counter);
    }

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => TextPrompt.Count(request, counter);

    /// <summary>Adds the <c>text</c> of every choice.</summary>
    /// <exception cref="JsonException">A text is malformed.</exception>
    public static void AddText(DeliveredText text, ReadOnlySpan<byte> json)
    {
        for (var at = JsonScan.ValueOf(json, "\"text\""u8); at >= 0; at = JsonScan.ValueOf(json, "\"text\""u8, at))
        {
            var reader = new Utf8JsonReader(json[at..]);
            if (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                text.Add(reader.ValueSpan);
                at += (int)reader.BytesConsumed;
            }
        }
    }
}
