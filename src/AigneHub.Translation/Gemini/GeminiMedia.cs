using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>Reads images, files and what functions give back (<see href="https://ai.google.dev/api/caching#Part"/>).</summary>
internal static class GeminiMedia
{
    /// <summary>Null when the part is neither <c>inlineData</c> nor <c>fileData</c>.</summary>
    public static MediaPart? Read(JsonElement part)
    {
        if (GeminiJson.TryGet(part, "inlineData", out var blob) && GeminiJson.Text(blob, "data") is { } data)
        {
            var type = GeminiJson.Text(blob, "mimeType");
            return new MediaPart(KindOf(type)) { Data = data, MediaType = type, FileName = GeminiJson.Text(blob, "displayName") };
        }

        if (GeminiJson.TryGet(part, "fileData", out var file) && GeminiJson.Text(file, "fileUri") is { } address)
        {
            var type = GeminiJson.Text(file, "mimeType");
            var media = new MediaPart(KindOf(type)) { MediaType = type };
            return address.StartsWith("gs://", StringComparison.Ordinal)
                || address.StartsWith("https://generativelanguage.googleapis.com/", StringComparison.Ordinal)
                    ? media with { FileId = address }
                    : media with { Url = address };
        }

        return null;
    }

    /// <summary>
    /// The text that stands alone under <c>output</c>, <c>result</c> or <c>error</c>, else the whole response as JSON
    /// (<see href="https://ai.google.dev/api/caching#FunctionResponse"/>); then the media.
    /// </summary>
    public static (IReadOnlyList<ChatPart> Parts, bool IsError) ReadResponse(JsonElement functionResponse)
    {
        var parts = new List<ChatPart>();
        var isError = false;
        if (GeminiJson.TryGet(functionResponse, "response", out var response))
        {
            var only = response.ValueKind == JsonValueKind.Object && response.GetPropertyCount() == 1
                ? response.EnumerateObject().First()
                : default;
            isError = only.Value.ValueKind != JsonValueKind.Undefined && only.Name == "error";
            var value = only.Value.ValueKind != JsonValueKind.Undefined && only.Name is "error" or "output" or "result"
                ? only.Value
                : response;
            parts.Add(new TextPart(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()));
        }

        if (GeminiJson.TryGet(functionResponse, "parts", out var media) && media.ValueKind == JsonValueKind.Array)
        {
            parts.AddRange(media.EnumerateArray().Select(Read).OfType<MediaPart>());
        }

        return (parts, isError);
    }

    private static MediaKind KindOf(string? mediaType) => mediaType?.Split('/')[0] switch
    {
        "image" => MediaKind.Image,
        "audio" => MediaKind.Audio,
        "video" => MediaKind.Video,
        _ => MediaKind.File,
    };
}
