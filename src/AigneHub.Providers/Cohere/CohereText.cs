using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Cohere;

/// <summary>What is text in a message and in the deltas of one: text, thinking, the plan, names and arguments of tool calls.</summary>
internal static class CohereText
{
    public static TextMember MemberOf(ref Utf8JsonReader reader) =>
        JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "thinking"u8) || JsonScan.TextIs(ref reader, "tool_plan"u8)
        || JsonScan.TextIs(ref reader, "name"u8) || JsonScan.TextIs(ref reader, "arguments"u8) ? TextMember.Text
        : JsonScan.TextIs(ref reader, "citations"u8) ? TextMember.Skipped
        : TextMember.Other;
}
