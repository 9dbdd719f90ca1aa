using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Providers.Reading;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Cohere;

/// <summary>What whole and streamed answers have in common.</summary>
internal static class CohereJson
{
    /// <summary>The value at the end of a path of objects; undefined when there is none.</summary>
    public static JsonElement At(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }

        return element;
    }

    /// <summary>Null when there is no string.</summary>
    public static string? Text(JsonElement element, params ReadOnlySpan<string> path) =>
        At(element, path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>https://docs.cohere.com/reference/chat#response.body.finish_reason</summary>
    public static FinishReason Finish(string? reason, bool hasCalls) => reason switch
    {
        "STOP_SEQUENCE" => FinishReason.StopSequence,
        "MAX_TOKENS" => FinishReason.Length,
        "ERROR" or "TIMEOUT" => FinishReason.Failed,
        "TOOL_CALL" => FinishReason.ToolCalls,
        _ => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
    };

    /// <summary>
    /// What is billed; where Cohere doesn't say it, what was processed, which includes its own instructions. Cached tokens are
    /// a part of what was processed and are billed like the others.
    /// </summary>
    public static TokenUsage? Usage(JsonElement usage)
    {
        var input = Count(usage, "billed_units", "input_tokens") ?? Count(usage, "tokens", "input_tokens");
        var output = Count(usage, "billed_units", "output_tokens") ?? Count(usage, "tokens", "output_tokens");
        return input is null && output is null
            ? null
            : new TokenUsage { Input = input, Output = output, Searches = Count(usage, "billed_units", "search_units") };
    }

    /// <summary>Cohere writes whole numbers as 12.0 at times.</summary>
    private static long? Count(JsonElement usage, string group, string name) =>
        At(usage, group, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var count)
            && count is >= 0 and <= VendorCount.Max && count == Math.Truncate(count)
                ? (long)count
                : null;
}
