using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Providers.Cohere;
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

    /// <summary>Null when nothing is reported.</summary>
    /// <param name="holder">What has the <c>usage</c>: an answer, or the last event's <c>delta</c>.</param>
    public static TokenUsage? Usage(JsonElement holder) =>
        At(holder, "usage") is { ValueKind: JsonValueKind.Object } usage
            ? CohereUsage.Read(JsonMarshal.GetRawUtf8Value(usage))
            : null;
}
