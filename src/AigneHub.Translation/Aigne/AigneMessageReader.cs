using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>Reads <c>input.messages</c>: roles <c>system</c>, <c>user</c>, <c>agent</c>, <c>tool</c>.</summary>
internal sealed class AigneMessageReader(RequestFields fields, AigneCache cache)
{
    private readonly List<ChatItem> _items = [];

    public List<ChatItem> Read(JsonElement input)
    {
        if (!fields.TryList(input, "messages", "input.messages", out var messages) || messages.Value.GetArrayLength() == 0)
        {
            fields.Invalid("input.messages", "input.messages must hold at least one message.");
            return _items;
        }

        var index = 0;
        foreach (var message in messages.Value.EnumerateArray())
        {
            ReadMessage(message, $"input.messages[{index++}]");
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
            case "system":
                AddMessage(ChatRole.System, message, path);
                break;
            case "user":
                AddMessage(ChatRole.User, message, path);
                break;
            case "agent" or "assistant":
                var calls = ReadCalls(message, path);
                AddMessage(ChatRole.Assistant, message, path);
                _items.AddRange(calls);
                break;
            case "tool":
                _items.Add(new ToolResultItem(
                    fields.NeededText(message, "toolCallId", $"{path}.toolCallId"), ReadParts(message, $"{path}.content"))
                { Cache = cache.Read(message) });
                break;
            default:
                fields.Invalid($"{path}.role", $"{path}.role must be system, user, agent or tool.");
                break;
        }
    }

    /// <summary>The calls; what was thought before them goes to the items at once, as it comes before the text.</summary>
    private List<ToolCallItem> ReadCalls(JsonElement message, string path)
    {
        var calls = new List<ToolCallItem>();
        if (!fields.TryList(message, "toolCalls", $"{path}.toolCalls", out var list))
        {
            return calls;
        }

        foreach (var call in list.Value.EnumerateArray())
        {
            var at = $"{path}.toolCalls[{calls.Count}]";
            var metadata = RequestFields.Has(call, "metadata", out var found) ? found : default;
            var function = RequestFields.Has(call, "function", out var inner) ? inner : default;
            _items.AddRange(OpenAiReasoning.ReadAll(metadata));
            calls.Add(new ToolCallItem(
                fields.NeededText(call, "id", $"{at}.id"), fields.NeededText(function, "name", $"{at}.function.name"),
                ReadArguments(function, $"{at}.function.arguments"))
            { Signature = RequestFields.TextOf(metadata, AigneAnswerWriter.Signature) });
        }

        return calls;
    }

    /// <summary>An object; a text is taken for its JSON.</summary>
    private string ReadArguments(JsonElement function, string path)
    {
        if (!RequestFields.Has(function, "arguments", out var arguments))
        {
            return "{}";
        }

        if (arguments.ValueKind is JsonValueKind.Object or JsonValueKind.String)
        {
            return arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText();
        }

        fields.Invalid(path, $"{path} must be an object.");
        return "";
    }

    private void AddMessage(ChatRole role, JsonElement message, string path)
    {
        var parts = ReadParts(message, $"{path}.content");
        // What only calls tools, and an empty instruction, have "" or nothing for content.
        if (parts.Count > 0 && (role == ChatRole.User || parts is not [TextPart { Text: "" }]))
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

        var parts = new List<ChatPart>();
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(new TextPart(content.GetString()!));
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                if (ReadPart(part, $"{path}[{parts.Count}]") is not { } read)
                {
                    return parts;
                }

                parts.Add(read with { Cache = cache.Read(part) });
            }
        }
        else
        {
            fields.Invalid(path, $"{path} must be a string or a list of parts.");
        }

        if (parts.Count > 0 && cache.Read(message) is { } marker)
        {
            parts[^1] = parts[^1] with { Cache = marker };
        }

        return parts;
    }

    private ChatPart? ReadPart(JsonElement part, string path)
    {
        var type = fields.Text(part, "mimeType", $"{path}.mimeType");
        var name = fields.Text(part, "filename", $"{path}.filename");
        switch (RequestFields.TextOf(part, "type"))
        {
            case "text":
                return new TextPart(fields.NeededText(part, "text", $"{path}.text"));
            case "url":
                var url = fields.NeededText(part, "url", $"{path}.url");
                var media = OpenAiParts.OfUrl(AigneMedia.KindOf(type ?? AigneMedia.TypeOfUrl(url)), url);
                return media with { MediaType = type ?? media.MediaType, FileName = name };
            case "file":
                var file = new MediaPart(MediaKind.File)
                {
                    Data = fields.NeededText(part, "data", $"{path}.data"),
                    MediaType = type,
                    FileName = name,
                };
                return AigneMedia.Known(file);
            case "local":
                fields.Unsupported(
                    $"{path}.type",
                    $"{path} names a file of the caller's machine, which the hub can't read: send its content as type file.");
                return null;
            default:
                fields.Unsupported($"{path}.type", $"{path}.type must be text, url or file.");
                return null;
        }
    }
}
