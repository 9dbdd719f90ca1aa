using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Providers.Reading;
using AigneHub.Translation.Anthropic;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Reads the usage (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html"/>). Cached
/// tokens stand beside the input tokens, not within
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html"/>).
/// </summary>
internal static class ConverseUsage
{
    /// <summary>Null when nothing is reported.</summary>
    /// <param name="holder">What has the <c>usage</c>: an answer, or the event <c>metadata</c>.</param>
    public static TokenUsage? Read(JsonElement holder)
    {
        if (MessagesJson.Member(holder, "usage") is not { ValueKind: JsonValueKind.Object } usage)
        {
            return null;
        }

        var written = Count(usage, "cacheWriteInputTokens");
        long? oneHour = null;
        if (MessagesJson.Member(usage, "cacheDetails") is { ValueKind: JsonValueKind.Array } details)
        {
            oneHour = details.EnumerateArray()
                .Where(detail => MessagesJson.Text(detail, "ttl") == "1h")
                .Sum(detail => Count(detail, "inputTokens") ?? 0);
            oneHour = Math.Min(oneHour.Value, written ?? 0);
        }

        var read = new TokenUsage
        {
            Input = Count(usage, "inputTokens"),
            CachedInput = Count(usage, "cacheReadInputTokens"),
            CacheWrite5m = written - (oneHour ?? 0),
            CacheWrite1h = oneHour,
            Output = Count(usage, "outputTokens"),
        };
        return read == default ? null : read;
    }

    private static long? Count(JsonElement holder, string name)
    {
        if (MessagesJson.Member(holder, name) is not { ValueKind: JsonValueKind.Number } count)
        {
            return null;
        }

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"[{count.GetRawText()}]"));
        reader.Read();
        return VendorCount.Read(ref reader);
    }
}
