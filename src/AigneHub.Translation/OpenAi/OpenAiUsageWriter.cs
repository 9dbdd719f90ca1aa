using System.Text.Json;
using AigneHub.Providers;

namespace AigneHub.Translation.OpenAi;

/// <summary>Writes a <c>usage</c> object: OpenAI counts what was cached, audio and reasoning inside the totals.</summary>
internal static class OpenAiUsageWriter
{
    /// <summary>Of chat completions: https://platform.openai.com/docs/api-reference/chat/object</summary>
    public static void WriteChat(TokenUsage usage, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        WriteChatMembers(usage, output);
        output.WriteEndObject();
    }

    public static void WriteChatMembers(TokenUsage usage, Utf8JsonWriter output) => WriteMembers(usage, "prompt", "completion", output);

    /// <summary>Of responses: https://platform.openai.com/docs/api-reference/responses/object</summary>
    public static void WriteResponses(TokenUsage usage, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        WriteMembers(usage, "input", "output", output);
        output.WriteEndObject();
    }

    /// <summary>All tokens of each direction.</summary>
    public static (long Input, long Output) TotalsOf(TokenUsage usage) => (
        (usage.Input ?? 0) + (usage.CachedInput ?? 0) + CacheWriteOf(usage) + (usage.AudioInput ?? 0),
        (usage.Output ?? 0) + (usage.AudioOutput ?? 0) + (usage.ImageOutput ?? 0));

    private static long CacheWriteOf(TokenUsage usage) => (usage.CacheWrite5m ?? 0) + (usage.CacheWrite1h ?? 0);

    private static void WriteMembers(TokenUsage usage, string inName, string outName, Utf8JsonWriter output)
    {
        var cacheWrite = CacheWriteOf(usage);
        var (input, generated) = TotalsOf(usage);
        output.WriteNumber($"{inName}_tokens", input);
        output.WriteStartObject($"{inName}_tokens_details");
        output.WriteNumber("cached_tokens", usage.CachedInput ?? 0);
        if (cacheWrite > 0)
        {
            output.WriteNumber("cache_write_tokens", cacheWrite);
        }

        if (usage.AudioInput is { } audioIn)
        {
            output.WriteNumber("audio_tokens", audioIn);
        }

        output.WriteEndObject();
        output.WriteNumber($"{outName}_tokens", generated);
        output.WriteStartObject($"{outName}_tokens_details");
        output.WriteNumber("reasoning_tokens", usage.Reasoning ?? 0);
        if (usage.AudioOutput is { } audioOut)
        {
            output.WriteNumber("audio_tokens", audioOut);
        }

        output.WriteEndObject();
        output.WriteNumber("total_tokens", input + generated);
    }
}
