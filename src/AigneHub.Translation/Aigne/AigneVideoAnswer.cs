using System.Text.Json;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// A video as AIGNE's clients have files: in Base64. Its bytes are written in pieces, between begin and end.
/// https://github.com/AIGNE-io/aigne-framework/blob/main/packages/core/src/agents/video-model.ts
/// </summary>
public static class AigneVideoAnswer
{
    /// <summary>The answer up to the video's bytes, which are to be written as the segments of one Base64 string.</summary>
    public static void WriteBegin(string id, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("videos");
        json.WriteStartObject();
        json.WriteString("type", "file");
        json.WriteString("mimeType", "video/mp4");
        json.WriteString("filename", $"{id}.mp4");
        json.WritePropertyName("data");
    }

    /// <param name="seconds">Of the video.</param>
    public static void WriteEnd(int seconds, AnswerContext context, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteNumber("seconds", seconds);
        json.WriteStartObject("usage");
        json.WriteNumber("inputTokens", 0);
        json.WriteNumber("outputTokens", 0);
        AigneAnswerWriter.WriteCredits(context.Credits, json);
        json.WriteString("modelCallId", context.Id);
        json.WriteEndObject();
        json.WriteString("model", AigneAnswerWriter.ModelOf(context));
        json.WriteString("modelWithProvider", AigneAnswerWriter.TargetOf(context));
        json.WriteEndObject();
    }
}
