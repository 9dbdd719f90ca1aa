using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Cohere;

/// <summary>
/// Writes a conversation as <c>messages</c>: what the assistant thinks, says and calls in a row is one message; every tool
/// result is one (<see href="https://docs.cohere.com/docs/tool-use-overview"/>).
/// </summary>
/// <param name="thinks">The model takes thoughts back as content; others take them as <c>tool_plan</c> beside calls.</param>
internal sealed class CohereMessagesWriter(IReadOnlyList<ChatItem> items, bool thinks)
{
    /// <summary>Null when all of it can be written.</summary>
    public HubError? Check()
    {
        foreach (var item in items)
        {
            var error = item switch
            {
                MessageItem { Role: ChatRole.User } message =>
                    message.Parts.OfType<MediaPart>().Select(CheckMedia).FirstOrDefault(found => found is not null),
                MessageItem message when message.Parts.Any(part => part is MediaPart) =>
                    ForeignMembers.Unsupported("messages", "This model takes images in messages of the user alone."),
                ToolResultItem result when result.Parts.Any(part => part is MediaPart) =>
                    ForeignMembers.Unsupported("messages", "This model takes text alone as a tool's result."),
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }

        return CallResults.Check(items)
            ?? (items.Any(item => item is MessageItem { Role: ChatRole.User } or ToolResultItem)
                ? null
                : ForeignMembers.Invalid("messages", "There is no message of the user; send at least one."));
    }

    public void Write(Utf8JsonWriter output)
    {
        output.WriteStartArray();
        for (var at = 0; at < items.Count;)
        {
            switch (items[at])
            {
                case MessageItem { Role: not ChatRole.Assistant } message:
                    WriteMessage(message, output);
                    at++;
                    break;
                case ToolResultItem result:
                    WriteResult(result, output);
                    at++;
                    break;
                default:
                    var turn = items.Skip(at).TakeWhile(IsAssistant).ToList();
                    WriteAssistant(turn, output);
                    at += turn.Count;
                    break;
            }
        }

        output.WriteEndArray();
    }

    private static bool IsAssistant(ChatItem item) =>
        item is MessageItem { Role: ChatRole.Assistant } or ToolCallItem or ReasoningItem;

    private static HubError? CheckMedia(MediaPart media) => media switch
    {
        { Kind: not MediaKind.Image } or { FileId: not null } =>
            ForeignMembers.Unsupported("messages", "This model takes text and images; send files as text."),
        { Data: not null, MediaType: null } =>
            ForeignMembers.Invalid("media_type", "Say the media type of the image, e.g. image/png."),
        _ => null,
    };

    private static void WriteMessage(MessageItem message, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        output.WriteString("role", message.Role == ChatRole.System ? "system" : "user");
        if (message.Parts is [TextPart only])
        {
            output.WriteString("content", only.Text);
        }
        else
        {
            output.WriteStartArray("content");
            foreach (var part in message.Parts)
            {
                WritePart(part, output);
            }

            output.WriteEndArray();
        }

        output.WriteEndObject();
    }

    private static void WritePart(ChatPart part, Utf8JsonWriter output)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(text.Text, output);
                break;
            case RefusalPart refusal:
                WriteText(refusal.Text, output);
                break;
            case MediaPart image:
                output.WriteStartObject();
                output.WriteString("type", "image_url");
                output.WriteStartObject("image_url");
                output.WriteString("url", image.Url ?? $"data:{image.MediaType};base64,{image.Data}");
                if (image.Detail is "auto" or "low" or "high")
                {
                    output.WriteString("detail", image.Detail);
                }

                output.WriteEndObject();
                output.WriteEndObject();
                break;
        }
    }

    private static void WriteText(string text, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        output.WriteString("type", "text");
        output.WriteString("text", text);
        output.WriteEndObject();
    }

    private static void WriteResult(ToolResultItem result, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        output.WriteString("role", "tool");
        output.WriteString("tool_call_id", result.CallId);
        output.WriteString("content", string.Join('\n', result.Parts.OfType<TextPart>().Select(part => part.Text)));
        output.WriteEndObject();
    }

    private void WriteAssistant(List<ChatItem> turn, Utf8JsonWriter output)
    {
        // Sealed thoughts are another vendor's; Cohere's own are plain text.
        var thoughts = turn.OfType<ReasoningItem>().Where(item => item is { Origin: null, Text.Length: > 0 }).ToList();
        var calls = turn.OfType<ToolCallItem>().ToList();
        var parts = turn.OfType<MessageItem>().SelectMany(message => message.Parts).Where(IsWritten).ToList();
        if (calls.Count == 0 && parts.Count == 0)
        {
            return;
        }

        output.WriteStartObject();
        output.WriteString("role", "assistant");
        if (!thinks && calls.Count > 0 && thoughts.Count > 0)
        {
            output.WriteString("tool_plan", string.Join('\n', thoughts.Select(thought => thought.Text)));
        }

        if (parts.Count > 0 || (thinks && thoughts.Count > 0))
        {
            WriteContent(thinks ? thoughts : [], parts, output);
        }

        if (calls.Count > 0)
        {
            WriteCalls(calls, output);
        }

        output.WriteEndObject();
    }

    private static bool IsWritten(ChatPart part) => part is TextPart { Text.Length: > 0 } or RefusalPart { Text.Length: > 0 };

    private static void WriteContent(List<ReasoningItem> thoughts, List<ChatPart> parts, Utf8JsonWriter output)
    {
        output.WriteStartArray("content");
        foreach (var thought in thoughts)
        {
            output.WriteStartObject();
            output.WriteString("type", "thinking");
            output.WriteString("thinking", thought.Text);
            output.WriteEndObject();
        }

        foreach (var part in parts)
        {
            WritePart(part, output);
        }

        output.WriteEndArray();
    }

    private static void WriteCalls(List<ToolCallItem> calls, Utf8JsonWriter output)
    {
        output.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            output.WriteStartObject();
            output.WriteString("id", call.CallId);
            output.WriteString("type", "function");
            output.WriteStartObject("function");
            output.WriteString("name", call.Name);
            output.WriteString("arguments", string.IsNullOrWhiteSpace(call.Arguments) ? "{}" : call.Arguments);
            output.WriteEndObject();
            output.WriteEndObject();
        }

        output.WriteEndArray();
    }
}
