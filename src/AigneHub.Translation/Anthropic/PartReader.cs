using System.Text;
using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Reads the blocks of a message, or of a tool's result, that hold text, images and documents.</summary>
internal static class PartReader
{
    /// <param name="value">A string or an array of blocks.</param>
    public static IReadOnlyList<ChatPart> ReadParts(JsonElement value, string param, RequestFailure failure)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var text = value.GetString()!;
                return text.Length == 0 ? [] : [new TextPart(text)];
            case JsonValueKind.Array:
                var parts = new List<ChatPart>();
                var number = 0;
                foreach (var block in value.EnumerateArray())
                {
                    ReadBlock(block, $"{param}.{number++}", parts, failure);
                }

                return parts;
            default:
                failure.Invalid(param, "The content must be a string or an array of blocks.");
                return [];
        }
    }

    public static void ReadBlock(JsonElement block, string param, List<ChatPart> parts, RequestFailure failure)
    {
        var cache = MessagesJson.Cache(block);
        switch (MessagesJson.Text(block, "type"))
        {
            case "text" when MessagesJson.Text(block, "text") is { } text:
                parts.Add(new TextPart(text) { Cache = cache });
                break;
            case "image":
                AddMedia(block, MediaKind.Image, param, parts, failure);
                break;
            case "document":
                ReadDocument(block, param, parts, failure);
                break;
            case "search_result":
                parts.Add(new TextPart($"{MessagesJson.Text(block, "title")}\n{MessagesJson.Text(block, "source")}"));
                ReadInner(block, param, parts, failure);
                break;
            case { Length: > 0 and <= 40 } type:
                failure.Unsupported($"{param}.type", $"Blocks of the type '{type}' can't be sent to this model; remove them.");
                break;
            default:
                failure.Invalid($"{param}.type", "A block must be an object with a type and its content.");
                break;
        }
    }

    private static void ReadDocument(JsonElement block, string param, List<ChatPart> parts, RequestFailure failure)
    {
        if (MessagesJson.Member(block, "citations") is { } citations
            && MessagesJson.Member(citations, "enabled") is { ValueKind: JsonValueKind.True })
        {
            failure.Unsupported(param + ".citations", "This model gives no citations; leave them out.");
        }

        if (MessagesJson.Text(block, "context") is { Length: > 0 } context)
        {
            parts.Add(new TextPart(context));
        }

        if (MessagesJson.Member(block, "source") is { } source && MessagesJson.Text(source, "type") == "content")
        {
            ReadInner(source, param + ".source", parts, failure);
        }
        else
        {
            AddMedia(block, MediaKind.File, param, parts, failure);
        }
    }

    private static void ReadInner(JsonElement block, string param, List<ChatPart> parts, RequestFailure failure)
    {
        if (MessagesJson.Member(block, "content") is { } content)
        {
            parts.AddRange(ReadParts(content, param + ".content", failure));
        }
    }

    private static void AddMedia(JsonElement block, MediaKind kind, string param, List<ChatPart> parts, RequestFailure failure)
    {
        var source = MessagesJson.Member(block, "source") ?? default;
        var part = new MediaPart(kind) { Cache = MessagesJson.Cache(block), FileName = MessagesJson.Text(block, "title") };
        var isUrl = MessagesJson.Text(source, "type") == "url";
        var type = MessagesJson.Text(source, "media_type") ?? (kind == MediaKind.File && isUrl ? "application/pdf" : null);
        MediaPart? whole = MessagesJson.Text(source, "type") switch
        {
            "base64" when MessagesJson.Text(source, "data") is { } data => part with { Data = data, MediaType = type },
            "text" when MessagesJson.Text(source, "data") is { } text =>
                part with { Data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), MediaType = type ?? "text/plain" },
            "url" when MessagesJson.Text(source, "url") is { } url => part with { Url = url, MediaType = type },
            "file" when MessagesJson.Text(source, "file_id") is { } id => part with { FileId = id },
            _ => null,
        };
        if (whole is null)
        {
            failure.Invalid(param + ".source", "source must be of type base64, text, url or file, with its content.");
        }
        else
        {
            parts.Add(whole);
        }
    }
}
