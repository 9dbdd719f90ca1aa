using System.Text.Json;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Estimates the prompt tokens of a request to the Responses API
/// (<see href="https://platform.openai.com/docs/api-reference/responses/create"/>). What the vendor keeps
/// (<c>previous_response_id</c>, <c>conversation</c>, <c>prompt</c>) can't be counted.
/// </summary>
internal static class ResponsesPrompt
{
    public static long Count(ReadOnlySpan<byte> request, TokenCounter counter) =>
        PromptCount.Of(request, counter, isChat: true, ReadMember);

    private static void ReadMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "input"u8))
        {
            count.AddMessages(ref reader, request, MemberOf);
        }
        else if (JsonScan.TextIs(ref reader, "instructions"u8))
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

    private static PromptMember MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "text"u8)
            || JsonScan.TextIs(ref reader, "role"u8) || JsonScan.TextIs(ref reader, "arguments"u8)
            || JsonScan.TextIs(ref reader, "output"u8) || JsonScan.TextIs(ref reader, "input"u8)
            || JsonScan.TextIs(ref reader, "refusal"u8))
        {
            return PromptMember.Text;
        }

        return JsonScan.TextIs(ref reader, "name"u8) ? PromptMember.Name
            : JsonScan.TextIs(ref reader, "type"u8) ? PromptMember.Kind
            : JsonScan.TextIs(ref reader, "detail"u8) ? PromptMember.Detail
            : PromptMember.Other;
    }
}
