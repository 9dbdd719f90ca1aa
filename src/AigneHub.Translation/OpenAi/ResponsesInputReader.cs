using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads <c>instructions</c> and the items of <c>input</c>
/// (<see href="https://platform.openai.com/docs/api-reference/responses/create#responses_create-input"/>).
/// </summary>
internal sealed class ResponsesInputReader(RequestFields fields)
{
    private readonly List<ChatItem> _items = [];

    public IReadOnlyList<ChatItem> Read(JsonElement body)
    {
        if (fields.Text(body, "instructions", "instructions") is { Length: > 0 } instructions)
        {
            _items.Add(new MessageItem(ChatRole.System, [new TextPart(instructions)]));
        }

        if (RequestFields.TextOf(body, "input") is { } text)
        {
            _items.Add(new MessageItem(ChatRole.User, [new TextPart(text)]));
        }
        else if (fields.TryList(body, "input", "input", out var input))
        {
            var index = 0;
            foreach (var item in input.Value.EnumerateArray())
            {
                ReadItem(item, $"input[{index++}]");
                if (fields.Error is not null)
                {
                    break;
                }
            }
        }
        else
        {
            fields.Invalid("input", "input is missing.");
        }

        return _items;
    }

    private void ReadItem(JsonElement item, string path)
    {
        var id = RequestFields.TextOf(item, "id");
        switch (RequestFields.TextOf(item, "type"))
        {
            case null or "message":
                ReadMessage(item, id, path);
                break;
            case "function_call":
                AddCall(item, id, "arguments", path);
                break;
            case "custom_tool_call":
                AddCall(item, id, "input", path);
                break;
            case "function_call_output" or "custom_tool_call_output":
                _items.Add(new ToolResultItem(
                    fields.NeededText(item, "call_id", $"{path}.call_id"), ReadParts(item, "output", $"{path}.output"))
                { Id = id });
                break;
            case "reasoning":
                _items.Add(ReasoningSeal.Read(item));
                break;
            case "image_generation_call":
                var base64 = fields.NeededText(item, "result", $"{path}.result");
                _items.Add(new MessageItem(ChatRole.Assistant, [OpenAiParts.GeneratedOf(item, base64)]));
                break;
            case "item_reference":
                fields.Unsupported(path, $"{path} refers to an item that nobody keeps: send the item itself.");
                break;
            case var type:
                fields.Unsupported($"{path}.type", type?.Length < 64 && type.All(char.IsAsciiLetterOrDigit)
                    ? $"Items of the type {type} are not translated: leave {path} out."
                    : $"Items of this type are not translated: leave {path} out.");
                break;
        }
    }

    private void AddCall(JsonElement item, string? id, string arguments, string path) =>
        _items.Add(new ToolCallItem(
            fields.NeededText(item, "call_id", $"{path}.call_id"),
            fields.NeededText(item, "name", $"{path}.name"),
            fields.Text(item, arguments, $"{path}.{arguments}") ?? "")
        { Id = id, IsCustom = arguments == "input", Signature = OpenAiParts.ReadSignature(item) });

    private void ReadMessage(JsonElement item, string? id, string path)
    {
        ChatRole? role = RequestFields.TextOf(item, "role") switch
        {
            "system" or "developer" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            _ => null,
        };
        if (role is not { } known)
        {
            fields.Invalid($"{path}.role", $"{path}.role must be system, developer, user or assistant.");
            return;
        }

        var parts = ReadParts(item, "content", $"{path}.content");
        if (parts.Count > 0)
        {
            _items.Add(new MessageItem(known, parts) { Id = id });
        }
    }

    private List<ChatPart> ReadParts(JsonElement item, string name, string path)
    {
        if (RequestFields.TextOf(item, name) is { } text)
        {
            return [new TextPart(text)];
        }

        var parts = new List<ChatPart>();
        if (!fields.TryList(item, name, path, out var list))
        {
            fields.Invalid(path, $"{path} is missing.");
            return parts;
        }

        foreach (var part in list.Value.EnumerateArray())
        {
            if (ReadPart(part, $"{path}[{parts.Count}]") is not { } read)
            {
                break;
            }

            parts.Add(read);
        }

        return parts;
    }

    private ChatPart? ReadPart(JsonElement part, string path)
    {
        switch (RequestFields.TextOf(part, "type"))
        {
            case "input_text" or "output_text" or "text":
                return new TextPart(fields.NeededText(part, "text", $"{path}.text"));
            case "refusal":
                return new RefusalPart(fields.NeededText(part, "refusal", $"{path}.refusal"));
            case "input_image":
                var detail = fields.Text(part, "detail", $"{path}.detail");
                return fields.Text(part, "image_url", $"{path}.image_url") is { } url
                    ? OpenAiParts.ImageOf(url, detail)
                    : Kept(MediaKind.Image, part, path) with { Detail = detail };
            case "input_file":
                var name = fields.Text(part, "filename", $"{path}.filename");
                return fields.Text(part, "file_data", $"{path}.file_data") is { } data ? OpenAiParts.FileOf(data, name)
                    : fields.Text(part, "file_url", $"{path}.file_url") is { } address
                        ? OpenAiParts.OfUrl(MediaKind.File, address) with { FileName = name }
                    : Kept(MediaKind.File, part, path) with { FileName = name };
            default:
                fields.Unsupported(
                    $"{path}.type", $"{path}.type must be input_text, input_image, input_file, output_text or refusal.");
                return null;
        }
    }

    private MediaPart Kept(MediaKind kind, JsonElement part, string path) =>
        new(kind) { FileId = fields.NeededText(part, "file_id", $"{path}.file_id") };
}
