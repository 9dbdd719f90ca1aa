using System.Text.Json;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// Estimates the prompt tokens of requests to generate (<see href="https://ai.google.dev/api/generate-content"/>) and to
/// embed (<see href="https://ai.google.dev/api/embeddings"/>). Names are accepted in both of the API's spellings.
/// </summary>
internal static class GeminiPrompt
{
    public static long Count(ReadOnlySpan<byte> request, TokenCounter counter) =>
        PromptCount.Of(request, counter, isChat: true, ReadMember);

    /// <summary>Counts one request to embed, or a batch of them.</summary>
    public static long CountEmbedding(ReadOnlySpan<byte> request, TokenCounter counter) =>
        PromptCount.Of(request, counter, isChat: false, ReadEmbeddingMember);

    private static void ReadMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "contents"u8))
        {
            count.AddMessages(ref reader, request, MemberOf);
        }
        else if (JsonScan.TextIs(ref reader, "systemInstruction"u8) || JsonScan.TextIs(ref reader, "system_instruction"u8))
        {
            count.AddMessage(ref reader, request, MemberOf);
        }
        else if (JsonScan.TextIs(ref reader, "tools"u8))
        {
            count.AddJson(ref reader, request);
        }
        else
        {
            reader.Skip();
        }
    }

    private static void ReadEmbeddingMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "requests"u8))
        {
            count.AddContent(ref reader, request, MemberOf);
        }
        else
        {
            reader.Skip();
        }
    }

    private static PromptMember MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "role"u8)
            || JsonScan.TextIs(ref reader, "code"u8) || JsonScan.TextIs(ref reader, "output"u8))
        {
            return PromptMember.Text;
        }

        return JsonScan.TextIs(ref reader, "name"u8) ? PromptMember.Name
            : JsonScan.TextIs(ref reader, "mimeType"u8) || JsonScan.TextIs(ref reader, "mime_type"u8) ? PromptMember.Kind
            : JsonScan.TextIs(ref reader, "args"u8) || JsonScan.TextIs(ref reader, "response"u8) ? PromptMember.Json
            : PromptMember.Other;
    }
}
