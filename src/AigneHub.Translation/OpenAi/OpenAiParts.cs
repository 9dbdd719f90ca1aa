using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>What chat completions and responses have in common in the pieces of messages.</summary>
internal static class OpenAiParts
{
    private const string Base64Mark = ";base64,";

    /// <summary>An image's address, which may hold the image itself as a <c>data:</c> URL of base64.</summary>
    public static MediaPart ImageOf(string url, string? detail) => OfUrl(MediaKind.Image, url) with { Detail = detail };

    /// <summary>A file's <c>file_data</c>: a <c>data:</c> URL or bare base64.</summary>
    public static MediaPart FileOf(string data, string? fileName)
    {
        var part = OfUrl(MediaKind.File, data);
        return (part.Data is not null ? part : new MediaPart(MediaKind.File) { Data = data, MediaType = "application/pdf" })
            with
        { FileName = fileName };
    }

    public static MediaPart OfUrl(MediaKind kind, string url)
    {
        var mark = url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            ? url.IndexOf(Base64Mark, StringComparison.Ordinal)
            : -1;
        return mark < 0
            ? new MediaPart(kind) { Url = url }
            : new MediaPart(kind)
            {
                MediaType = url["data:".Length..mark].Split(';', 2)[0] is { Length: > 0 } type ? type : null,
                Data = url[(mark + Base64Mark.Length)..],
            };
    }

    /// <summary>The part's address, or its bytes as a <c>data:</c> URL; null when a vendor keeps it.</summary>
    public static string? UrlOf(MediaPart part) => part.Url
        ?? (part.Data is { } data ? $"data:{part.MediaType ?? TypeOf(part.Kind)}{Base64Mark}{data}" : null);

    /// <summary>
    /// Anthropic's marker, which clients put on the parts of OpenAI's messages too
    /// (<see href="https://openrouter.ai/docs/features/prompt-caching"/>).
    /// </summary>
    public static CacheMarker? ReadCache(JsonElement parent) =>
        RequestFields.Has(parent, "cache_control", out var marker) ? new CacheMarker(RequestFields.TextOf(marker, "ttl")) : null;

    /// <summary>The image of an <c>image_generation_call</c>, whose type its first bytes tell.</summary>
    public static MediaPart GeneratedOf(JsonElement item, string base64)
    {
        var image = new MediaPart(MediaKind.Image) { Data = base64, Signature = ReadSignature(item) };
        return image with { MediaType = MediaSniff.TypeOf(image) };
    }

    /// <summary>
    /// Images that the model has made, of a message or a delta: OpenAI's chat has none, so they stand where
    /// <see href="https://openrouter.ai/docs/features/multimodal/image-generation"/> and
    /// <see href="https://vercel.com/docs/ai-gateway/openai-compat/image-generation"/> have them.
    /// </summary>
    public static IEnumerable<MediaPart> ReadImages(JsonElement message) =>
        RequestFields.Has(message, "images", out var images) && images.ValueKind == JsonValueKind.Array
            ? images.EnumerateArray()
                .Where(image => RequestFields.Has(image, "image_url", out var inner) && RequestFields.TextOf(inner, "url") is not null)
                .Select(image => ImageOf(image.GetProperty("image_url").GetProperty("url").GetString()!, detail: null) with
                {
                    Signature = ReadSignature(image),
                })
            : [];

    public static bool IsImage(MediaPart media) => media.Kind == MediaKind.Image && UrlOf(media) is not null;

    public static void WriteImages(IEnumerable<MediaPart> images, Utf8JsonWriter output)
    {
        output.WriteStartArray("images");
        foreach (var image in images)
        {
            output.WriteStartObject();
            output.WriteString("type", "image_url");
            output.WriteStartObject("image_url");
            output.WriteString("url", UrlOf(image));
            output.WriteEndObject();
            if (image.Signature is { } signature)
            {
                WriteSignature(signature, output);
            }

            output.WriteEndObject();
        }

        output.WriteEndArray();
    }

    /// <summary>
    /// Gemini's signature of a tool call, where Google's own compatible API has it
    /// (<see href="https://ai.google.dev/gemini-api/docs/thought-signatures"/>).
    /// </summary>
    public static string? ReadSignature(JsonElement call) =>
        RequestFields.Has(call, "extra_content", out var extra) && RequestFields.Has(extra, "google", out var google)
            ? RequestFields.TextOf(google, "thought_signature")
            : null;

    public static void WriteSignature(string signature, Utf8JsonWriter output)
    {
        output.WriteStartObject("extra_content");
        output.WriteStartObject("google");
        output.WriteString("thought_signature", signature);
        output.WriteEndObject();
        output.WriteEndObject();
    }

    /// <summary>
    /// <c>json_schema</c> and <c>json_object</c>; null for text.
    /// https://platform.openai.com/docs/guides/structured-outputs
    /// </summary>
    /// <param name="nested">The schema's members are in an object of their own (chat completions).</param>
    public static OutputFormat? ReadFormat(JsonElement parent, string name, string path, bool nested, RequestFields fields)
    {
        if (!fields.TryObject(parent, name, path, out var format))
        {
            return null;
        }

        switch (RequestFields.TextOf(format, "type"))
        {
            case "text":
                return null;
            case "json_object":
                return new OutputFormat(null, null, null);
            case "json_schema":
                var holder = !nested ? format : RequestFields.Has(format, "json_schema", out var inner) ? inner : default;
                if (!fields.TryObject(holder, "schema", $"{path}.schema", out var schema))
                {
                    fields.Invalid($"{path}.schema", $"{path} of the type json_schema needs a schema.");
                }

                return new OutputFormat(
                    fields.Text(holder, "name", $"{path}.name"), schema, fields.Flag(holder, "strict"),
                    fields.Text(holder, "description", $"{path}.description"));
            default:
                fields.Unsupported($"{path}.type", $"{path}.type must be text, json_object or json_schema.");
                return null;
        }
    }

    /// <summary>The members of a format's object.</summary>
    public static void WriteFormat(OutputFormat format, bool nested, Utf8JsonWriter output)
    {
        if (format.Schema is not { } schema)
        {
            output.WriteString("type", "json_object");
            return;
        }

        output.WriteString("type", "json_schema");
        if (nested)
        {
            output.WriteStartObject("json_schema");
        }

        output.WriteString("name", format.Name ?? "answer"); // Required, and only a name.
        if (format.Description is { } description)
        {
            output.WriteString("description", description);
        }

        output.WritePropertyName("schema");
        schema.WriteTo(output);
        if (format.Strict is { } strict)
        {
            output.WriteBoolean("strict", strict);
        }

        if (nested)
        {
            output.WriteEndObject();
        }
    }

    private static string TypeOf(MediaKind kind) => kind switch
    {
        MediaKind.Image => "image/png",
        MediaKind.File => "application/pdf",
        MediaKind.Audio => "audio/wav",
        _ => "video/mp4",
    };
}
