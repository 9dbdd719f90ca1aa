using System.Text;
using System.Text.Json;

namespace AigneHub.Translation.Gemini;

/// <summary>The parts of the first candidate of an answer (<see href="https://ai.google.dev/api/generate-content#candidate"/>).</summary>
internal static class GeminiParts
{
    /// <summary>What was said, without the thoughts; null when no part says anything.</summary>
    public static string? TextOf(JsonElement answer)
    {
        StringBuilder? text = null;
        foreach (var part in Of(answer))
        {
            if (!GeminiJson.IsTrue(part, "thought") && GeminiJson.Text(part, "text") is { } piece)
            {
                (text ??= new StringBuilder()).Append(piece);
            }
        }

        return text?.ToString();
    }

    /// <summary>The media type and content of each part that has one.</summary>
    public static IEnumerable<(string MediaType, byte[] Data)> DataOf(JsonElement answer)
    {
        foreach (var part in Of(answer))
        {
            if (GeminiJson.TryGet(part, "inlineData", out var blob) && GeminiJson.Text(blob, "mimeType") is { } mediaType
                && GeminiJson.TryGet(blob, "data", out var data) && data.ValueKind == JsonValueKind.String
                && data.TryGetBytesFromBase64(out var bytes))
            {
                yield return (mediaType, bytes);
            }
        }
    }

    /// <summary>Why there is nothing that was asked for, in the vendor's words where it has some; null when it doesn't say.</summary>
    public static string? RefusalIn(JsonElement answer)
    {
        if (GeminiJson.TryGet(answer, "promptFeedback", out var feedback) && GeminiJson.Text(feedback, "blockReason") is { } reason)
        {
            return $"The prompt was refused ({reason}).";
        }

        return GeminiJson.TryGet(answer, "candidates", out var candidates) && candidates.ValueKind == JsonValueKind.Array
            && candidates.GetArrayLength() > 0 && GeminiJson.Text(candidates[0], "finishReason") is { } finish
            ? GeminiJson.Text(candidates[0], "finishMessage") ?? (finish == "STOP" ? null : $"The answer was refused ({finish}).")
            : null;
    }

    /// <summary>None, where there is nothing of the kind.</summary>
    private static JsonElement.ArrayEnumerator Of(JsonElement answer) =>
        GeminiJson.TryGet(answer, "candidates", out var candidates) && candidates.ValueKind == JsonValueKind.Array
        && candidates.GetArrayLength() > 0 && GeminiJson.TryGet(candidates[0], "content", out var content)
        && GeminiJson.TryGet(content, "parts", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? parts.EnumerateArray()
            : default;
}
