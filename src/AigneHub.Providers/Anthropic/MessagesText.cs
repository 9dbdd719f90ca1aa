using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Anthropic;

/// <summary>What is text in content blocks and their deltas: text, thinking, and names and arguments of tool calls.</summary>
internal static class MessagesText
{
    public static TextMember MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "thinking"u8)
            || JsonScan.TextIs(ref reader, "partial_json"u8) || JsonScan.TextIs(ref reader, "name"u8))
        {
            return TextMember.Text;
        }

        // A block's content is what one of the vendor's own tools has found; citations repeat it.
        return JsonScan.TextIs(ref reader, "input"u8) ? TextMember.Json
            : JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "citation"u8)
                || JsonScan.TextIs(ref reader, "citations"u8) || JsonScan.TextIs(ref reader, "caller"u8)
                ? TextMember.Skipped
            : TextMember.Other;
    }
}
