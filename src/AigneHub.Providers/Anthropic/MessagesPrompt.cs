using System.Text.Json;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Anthropic;

/// <summary>
/// Estimates the prompt tokens of a request to the Messages API (<see href="https://docs.claude.com/en/api/messages"/>).
/// </summary>
internal static class MessagesPrompt
{
    public static long Count(ReadOnlySpan<byte> request, TokenCounter counter) =>
        PromptCount.Of(request, counter, isChat: true, ReadMember);

    private static void ReadMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "messages"u8))
        {
            count.AddMessages(ref reader, request, MemberOf);
        }
        else if (JsonScan.TextIs(ref reader, "system"u8))
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
            || JsonScan.TextIs(ref reader, "role"u8) || JsonScan.TextIs(ref reader, "thinking"u8))
        {
            return PromptMember.Text;
        }

        return JsonScan.TextIs(ref reader, "name"u8) ? PromptMember.Name
            : JsonScan.TextIs(ref reader, "type"u8) ? PromptMember.Kind
            : JsonScan.TextIs(ref reader, "input"u8) ? PromptMember.Json
            : JsonScan.TextIs(ref reader, "source"u8) || JsonScan.TextIs(ref reader, "cache_control"u8) ? PromptMember.Skipped
            : PromptMember.Other;
    }
}
