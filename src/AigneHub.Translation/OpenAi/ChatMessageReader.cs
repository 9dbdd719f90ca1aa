using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads the messages of a chat completion's request
/// (<see href="https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages"/>).
/// </summary>
internal sealed class ChatMessageReader(RequestFields fields)
{
    private readonly List<ChatItem> _items = [];

    public IReadOnlyList<ChatItem> Read(JsonElement body)
    {
        if (!fields.TryList(body, "messages", "messages", out var messages))
        {
            fields.Invalid("messages", "messages is missing.");
            return _items;
        }

        var index = 0;
        foreach (var message in messages.Value.EnumerateArray())
        {
            ReadMessage(message, $"messages[{index++}]");
            if (fields.Error is not null)
            {
                break;
            }
        }

        return _items;
    }

    private void ReadMessage(JsonElement message, string path)
    {
        switch (RequestFields.TextOf(message, "role"))
        {
            case "system" or "developer":
                AddMessage(ChatRole.System, message, path);
                break;
            case "user":
                AddMessage(ChatRole.User, message, path);
                break;
            case "assistant":
                ReadAssistant(message, path);
                break;
            case "tool":
                _items.Add(new ToolResultItem(
                    fields.NeededText(message, "tool_call_id", $"{path}.tool_call_id"), ReadParts(message, $"{path}.content"))
                { Cache = OpenAiParts.ReadCache(message) });
                break;
            default:
                fields.Invalid($"{path}.role", $"{path}.role must be system, developer, user, assistant or tool.");
                break;
        }
    }

    private void ReadAssistant(JsonElement message, string path)
    {
        if (RequestFields.Has(message, "audio", out _) || RequestFields.Has(message, "function_call", out _))
        {
            fields.Unsupported(path, $"{path} holds audio or function_call, which are not translated: use text and tool_calls.");
            return;
        }

        _items.AddRange(OpenAiReasoning.ReadAll(message));
        AddMessage(ChatRole.Assistant, message, path);
        if (fields.TryList(message, "tool_calls", $"{path}.tool_calls", out var calls))
        {
            var index = 0;
            foreach (var call in calls.Value.EnumerateArray())
            {
                ReadCall(call, $"{path}.tool_calls[{index++}]");
            }
        }
    }

    private void ReadCall(JsonElement call, string path)
    {
        // Mistral leaves the type out.
        var type = RequestFields.TextOf(call, "type") ?? "function";
        if (type is not ("function" or "custom"))
        {
            fields.Unsupported($"{path}.type", $"{path}.type must be function or custom.");
            return;
        }

        var isCustom = type == "custom";
        var body = RequestFields.Has(call, type, out var inner) ? inner : default;
        _items.Add(new ToolCallItem(
            fields.NeededText(call, "id", $"{path}.id"),
            fields.NeededText(body, "name", $"{path}.{type}.name"),
            fields.Text(body, isCustom ? "input" : "arguments", $"{path}.{type}") ?? "")
        { IsCustom = isCustom, Signature = OpenAiParts.ReadSignature(call) });
    }

    private void AddMessage(ChatRole role, JsonElement message, string path)
    {
        var parts = ReadParts(message, $"{path}.content");
        if (role == ChatRole.Assistant && fields.Text(message, "refusal", $"{path}.refusal") is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        if (role == ChatRole.Assistant)
        {
            parts.AddRange(OpenAiParts.ReadImages(message));
        }

        // A message that only calls tools has null, "" or nothing for content.
        if (parts.Count > 0 && (role != ChatRole.Assistant || parts is not [TextPart { Text: "" }]))
        {
            _items.Add(new MessageItem(role, parts) { Name = fields.Text(message, "name", $"{path}.name") });
        }
    }

    private List<ChatPart> ReadParts(JsonElement message, string path)
    {
        if (!RequestFields.Has(message, "content", out var content))
        {
            return [];
        }

        var cache = OpenAiParts.ReadCache(message);
        if (content.ValueKind == JsonValueKind.String)
        {
            return [new TextPart(content.GetString()!) { Cache = cache }];
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            fields.Invalid(path, $"{path} must be a string or a list of parts.");
            return [];
        }

        var parts = new List<ChatPart>();
        foreach (var part in content.EnumerateArray())
        {
            if (ReadPart(part, $"{path}[{parts.Count}]") is not { } read)
            {
                break;
            }

            parts.Add(read with { Cache = OpenAiParts.ReadCache(part) });
        }

        return parts;
    }

    private ChatPart? ReadPart(JsonElement part, string path)
    {
        switch (RequestFields.TextOf(part, "type"))
        {
            case "text":
                return new TextPart(fields.NeededText(part, "text", $"{path}.text"));
            case "refusal":
                return new RefusalPart(fields.NeededText(part, "refusal", $"{path}.refusal"));
            case "image_url":
                var isBare = RequestFields.TextOf(part, "image_url") is not null; // Mistral takes the address itself.
                var image = !isBare && RequestFields.Has(part, "image_url", out var inner) ? inner : part;
                return OpenAiParts.ImageOf(
                    fields.NeededText(image, isBare ? "image_url" : "url", $"{path}.image_url.url"),
                    fields.Text(image, "detail", $"{path}.image_url.detail"));
            case "file":
                return ReadFile(RequestFields.Has(part, "file", out var file) ? file : default, $"{path}.file");
            case "input_audio":
                var audio = RequestFields.Has(part, "input_audio", out var sound) ? sound : default;
                return new MediaPart(MediaKind.Audio)
                {
                    Data = fields.NeededText(audio, "data", $"{path}.input_audio.data"),
                    MediaType = fields.Text(audio, "format", $"{path}.input_audio.format") == "mp3" ? "audio/mpeg" : "audio/wav",
                };
            default:
                fields.Unsupported($"{path}.type", $"{path}.type must be text, image_url, file, input_audio or refusal.");
                return null;
        }
    }

    private MediaPart ReadFile(JsonElement file, string path)
    {
        var name = fields.Text(file, "filename", $"{path}.filename");
        return fields.Text(file, "file_data", $"{path}.file_data") is { } data
            ? OpenAiParts.FileOf(data, name)
            : new MediaPart(MediaKind.File) { FileId = fields.NeededText(file, "file_id", $"{path}.file_id"), FileName = name };
    }
}
