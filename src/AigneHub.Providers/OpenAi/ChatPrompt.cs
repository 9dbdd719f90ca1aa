using System.Text.Json;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Estimates the prompt tokens of a chat completion request
/// (<see href="https://platform.openai.com/docs/api-reference/chat/create"/>), for when the vendor reports none.
/// </summary>
public static class ChatPrompt
{
    /// <summary>Never throws on what a client sends: what is no JSON counts as far as it can be read.</summary>
    public static long Count(ReadOnlySpan<byte> chatRequest, TokenCounter counter) =>
        PromptCount.Of(chatRequest, counter, isChat: true, ReadMember);

    private static void ReadMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "messages"u8))
        {
            count.AddMessages(ref reader, request, MemberOf);
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

    private static PromptMember MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "text"u8)
            || JsonScan.TextIs(ref reader, "role"u8) || JsonScan.TextIs(ref reader, "arguments"u8)
            || JsonScan.TextIs(ref reader, "refusal"u8))
        {
            return PromptMember.Text;
        }

        return JsonScan.TextIs(ref reader, "name"u8) ? PromptMember.Name
            : JsonScan.TextIs(ref reader, "image_url"u8) ? PromptMember.Image
            : JsonScan.TextIs(ref reader, "detail"u8) ? PromptMember.Detail
            : JsonScan.TextIs(ref reader, "input_audio"u8) || JsonScan.TextIs(ref reader, "file"u8) ? PromptMember.Skipped
            : PromptMember.Other;
    }
}
