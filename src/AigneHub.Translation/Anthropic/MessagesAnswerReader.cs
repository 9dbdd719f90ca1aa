using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Reads a whole answer of a vendor (<see href="https://docs.claude.com/en/api/messages"/>). Blocks of the vendor's own tools are
/// passed over, and so are citations: what the model says of them is text.
/// </summary>
internal static class MessagesAnswerReader
{
    /// <summary>Null when it is no message.</summary>
    public static ChatAnswer? Read(JsonElement body) =>
        MessagesJson.Member(body, "content") is { ValueKind: JsonValueKind.Array } content
        && MessagesJson.Text(body, "type") is "message" or null
            ? ReadMessage(body, content)
            : null;

    public static FinishReason FinishOf(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
        "stop_sequence" => FinishReason.StopSequence,
        "tool_use" => FinishReason.ToolCalls,
        "refusal" => FinishReason.Refusal,
        "pause_turn" => FinishReason.Pause,
        _ => FinishReason.Stop,
    };

    /// <summary>Why it was refused, in the vendor's words; null when it doesn't say.</summary>
    /// <param name="holder">What has the <c>stop_details</c>: a message, or the delta of its end.</param>
    public static string? RefusalOf(JsonElement holder) =>
        MessagesJson.Member(holder, "stop_details") is { } details
        && MessagesJson.Text(details, "explanation") is { Length: > 0 } explanation ? explanation : null;

    /// <summary>The counts that this report adds to earlier ones.</summary>
    public static void AddUsage(ref MessagesUsage usage, JsonElement holder)
    {
        if (MessagesJson.Member(holder, "usage") is { ValueKind: JsonValueKind.Object } reported)
        {
            usage.Read(Encoding.UTF8.GetBytes(reported.GetRawText()));
        }
    }

    private static ChatAnswer ReadMessage(JsonElement body, JsonElement content)
    {
        var items = new List<ChatItem>();
        foreach (var block in content.EnumerateArray())
        {
            Add(items, ReadBlock(block));
        }

        if (RefusalOf(body) is { } explanation)
        {
            items.Add(new MessageItem(ChatRole.Assistant, [new RefusalPart(explanation)]));
        }

        var finish = FinishOf(MessagesJson.Text(body, "stop_reason"));
        if (finish == FinishReason.ToolCalls && !items.Any(item => item is ToolCallItem))
        {
            finish = FinishReason.Stop; // The only call was the answer itself.
        }

        var usage = default(MessagesUsage);
        AddUsage(ref usage, body);
        TokenUsage? counts = usage.Usage;
        return new ChatAnswer(MessagesJson.Text(body, "id"), MessagesJson.Text(body, "model"), items, finish, counts)
        {
            StopSequence = MessagesJson.Text(body, "stop_sequence"),
        };
    }

    /// <summary>Neighbouring texts are one message.</summary>
    public static void Add(List<ChatItem> items, ChatItem? item)
    {
        if (item is MessageItem message && items is [.., MessageItem { Parts: List<ChatPart> parts }])
        {
            parts.AddRange(message.Parts);
        }
        else if (item is not null)
        {
            items.Add(item);
        }
    }

    private static ChatItem? ReadBlock(JsonElement block)
    {
        switch (MessagesJson.Text(block, "type"))
        {
            case "text":
                return MessagesJson.Text(block, "text") is { Length: > 0 } text ? Message(text) : null;
            case "thinking":
                var signature = MessagesJson.Text(block, "signature");
                return new ReasoningItem(MessagesJson.Text(block, "thinking") ?? "")
                {
                    Origin = string.IsNullOrEmpty(signature) ? null : ModelApi.AnthropicMessages,
                    Signature = string.IsNullOrEmpty(signature) ? null : signature,
                };
            case "redacted_thinking":
                return new ReasoningItem("")
                {
                    Origin = ModelApi.AnthropicMessages,
                    Redacted = MessagesJson.Text(block, "data"),
                };
            case "tool_use":
                var name = MessagesJson.Text(block, "name") ?? "";
                var input = MessagesJson.Member(block, "input")?.GetRawText() ?? "{}";
                return name == JsonOutputTool.Name
                    ? Message(input)
                    : new ToolCallItem(MessagesJson.Text(block, "id") ?? "", name, input);
            default:
                return null;
        }
    }

    /// <summary>A message to which <see cref="Add"/> can add.</summary>
    public static MessageItem Message(string text) => new(ChatRole.Assistant, new List<ChatPart> { new TextPart(text) });
}
