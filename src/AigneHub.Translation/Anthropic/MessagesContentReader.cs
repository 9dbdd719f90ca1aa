using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Reads instructions and messages as items (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal sealed class MessagesContentReader(RequestFailure failure)
{
    private readonly List<ChatItem> _system = [];
    private readonly List<ChatItem> _items = [];

    /// <summary>Signatures of other vendors' calls, by the id of the call, from the thinking blocks that carry them.</summary>
    private readonly Dictionary<string, string> _callSignatures = [];

    public IReadOnlyList<ChatItem> Items => [.. _system, .. _items.Select(WithSignature)];

    public void ReadSystem(JsonElement value, string param)
    {
        var parts = PartReader.ReadParts(value, param, failure);
        if (parts.Any(part => part is not TextPart))
        {
            failure.Invalid(param, "Instructions can only hold text.");
        }

        if (parts.Count > 0)
        {
            _system.Add(new MessageItem(ChatRole.System, parts));
        }
    }

    public void ReadMessages(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            failure.Invalid("messages", "messages must be an array.");
            return;
        }

        var number = 0;
        foreach (var message in value.EnumerateArray())
        {
            var param = $"messages.{number++}";
            ChatRole? role = MessagesJson.Text(message, "role") switch
            {
                "user" => ChatRole.User,
                "assistant" => ChatRole.Assistant,
                "system" => ChatRole.System,
                _ => null,
            };
            if (role is null)
            {
                failure.Invalid(param + ".role", "role must be 'user' or 'assistant'.");
            }
            else if (MessagesJson.Member(message, "content") is { } content)
            {
                ReadContent(role.Value, content, param + ".content");
            }
            else
            {
                failure.Invalid(param + ".content", "content is missing.");
            }
        }
    }

    private void ReadContent(ChatRole role, JsonElement content, string param)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            AddMessage(role, PartReader.ReadParts(content, param, failure));
            return;
        }

        var parts = new List<ChatPart>();
        var number = 0;
        foreach (var block in content.EnumerateArray())
        {
            var here = $"{param}.{number++}";
            if (ReadItem(block, here) is { } item)
            {
                AddMessage(role, parts);
                parts = [];
                _items.Add(item);
            }
            else if (!IsCallSignature(block))
            {
                PartReader.ReadBlock(block, here, parts, failure);
            }
        }

        AddMessage(role, parts);
    }

    private void AddMessage(ChatRole role, IReadOnlyList<ChatPart> parts)
    {
        if (parts.Count > 0)
        {
            _items.Add(new MessageItem(role, parts));
        }
    }

    /// <summary>What is an item by itself; null for a part of a message.</summary>
    private ChatItem? ReadItem(JsonElement block, string param)
    {
        switch (MessagesJson.Text(block, "type"))
        {
            case "tool_use":
                var input = MessagesJson.Member(block, "input");
                return new ToolCallItem(Required(block, "id", param), Required(block, "name", param), input?.GetRawText() ?? "")
                {
                    Cache = MessagesJson.Cache(block),
                };
            case "tool_result":
                var isError = MessagesJson.Member(block, "is_error") is { ValueKind: JsonValueKind.True };
                var parts = MessagesJson.Member(block, "content") is { } content
                    ? PartReader.ReadParts(content, param + ".content", failure)
                    : [];
                return new ToolResultItem(Required(block, "tool_use_id", param), parts, isError)
                {
                    Cache = MessagesJson.Cache(block),
                };
            case "thinking" when !IsCallSignature(block):
                var text = MessagesJson.Text(block, "thinking") ?? "";
                return Sealed(MessagesJson.Text(block, "signature"), text)
                    ?? new ReasoningItem(text)
                    {
                        Origin = MessagesJson.Text(block, "signature") is { Length: > 0 } ? ModelApi.AnthropicMessages : null,
                        Signature = MessagesJson.Text(block, "signature") is { Length: > 0 } signature ? signature : null,
                    };
            case "redacted_thinking":
                var data = Required(block, "data", param);
                return Sealed(data, "") ?? new ReasoningItem("") { Origin = ModelApi.AnthropicMessages, Redacted = data };
            default:
                return null;
        }
    }

    private static ReasoningItem? Sealed(string? signature, string text) =>
        signature is not null && SealedReasoning.TryParse(signature) is { } sealing ? sealing.ToItem(text) : null;

    /// <summary>Whether <see cref="MessagesAnswerWriter"/> made the block of another vendor's signature of a call.</summary>
    private bool IsCallSignature(JsonElement block)
    {
        if (MessagesJson.Text(block, "type") == "thinking" && MessagesJson.Text(block, "signature") is { } signature
            && SealedReasoning.TryParse(signature) is { Kind: 'c', Id: { } id, Value: var value })
        {
            _callSignatures[id] = value;
            return true;
        }

        return false;
    }

    private ChatItem WithSignature(ChatItem item) =>
        item is ToolCallItem call && _callSignatures.TryGetValue(call.CallId, out var signature)
            ? call with { Signature = signature }
            : item;

    private string Required(JsonElement block, string name, string param)
    {
        if (MessagesJson.Text(block, name) is { Length: > 0 } value)
        {
            return value;
        }

        failure.Invalid($"{param}.{name}", $"{name} must be a string that is not empty.");
        return "";
    }
}
