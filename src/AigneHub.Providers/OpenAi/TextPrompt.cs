using System.Text.Json;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Estimates the prompt tokens of requests that are plain text or token numbers: the older completions
/// (<see href="https://platform.openai.com/docs/api-reference/completions/create"/>) and embeddings
/// (<see href="https://platform.openai.com/docs/api-reference/embeddings/create"/>), and of audio
/// (<see href="https://platform.openai.com/docs/api-reference/audio"/>).
/// </summary>
internal static class TextPrompt
{
    public static long Count(ReadOnlySpan<byte> request, TokenCounter counter) =>
        PromptCount.Of(request, counter, isChat: false, ReadMember);

    private static void ReadMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "prompt"u8) || JsonScan.TextIs(ref reader, "suffix"u8)
            || JsonScan.TextIs(ref reader, "input"u8) || JsonScan.TextIs(ref reader, "instructions"u8))
        {
            count.AddInput(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }
}
