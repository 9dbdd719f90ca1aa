using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// Gemini's generateContent and streamGenerateContent (<see href="https://ai.google.dev/api/generate-content"/>), the latter
/// as server-sent events.
/// </summary>
internal sealed class GenerateContentReader : IAnswerReader
{
    public ModelApi Api => ModelApi.GeminiGenerateContent;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new GenerateContentTap(textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var document = GeminiDocument.Read(body, text: null);
            var usage = default(GeminiUsage);
            usage.Read(document.Usage);
            usage.AddSearches(document.Searches);
            var isAnswer = document.Candidates != 0 || document.IsBlocked;
            var isError = document.IsError || body.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
            return new AnswerReading(isAnswer, usage.Usage, isError ? VendorError.TryRead(body) : null);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter)
    {
        using var text = new DeliveredText(body.Length);
        try
        {
            GeminiDocument.Read(body, text);
        }
        catch (JsonException)
        {
            // A body that was cut: what came before the fault is counted.
        }

        return text.Count(counter);
    }

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => GeminiPrompt.Count(request, counter);
}
