using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes items as messages of a chat completion's request. What the assistant says between two others' turns is one message, as
/// its tool calls must be together and be followed by their results at once.
/// </summary>
internal sealed class ChatMessageWriter(OpenAiChatTraits traits, Utf8JsonWriter output, Warnings warnings)
{
    private readonly List<ChatItem> _turn = [];
    private readonly List<(string CallId, MediaPart Part)> _shown = [];
    private HubError? _error;

    public HubError? Write(IReadOnlyList<ChatItem> items)
    {
        output.WriteStartArray("messages");
        foreach (var item in items)
        {
            if (item is ToolCallItem or ReasoningItem or MessageItem { Role: ChatRole.Assistant })
            {
                WriteShown();
                _turn.Add(item);
                continue;
            }

            WriteTurn();
            if (item is ToolResultItem result)
            {
                WriteResult(result);
            }
            else if (item is MessageItem message)
            {
                WriteShown();
                WriteMessage(message);
            }
        }

        WriteTurn();
        WriteShown();
        output.WriteEndArray();
        return _error;
    }

    private void WriteTurn()
    {
        if (_turn.Count == 0)
        {
            return;
        }

        var parts = _turn.OfType<MessageItem>().SelectMany(message => message.Parts).ToList();
        var calls = _turn.OfType<ToolCallItem>().ToList();
        var thoughts = string.Concat(_turn.OfType<ReasoningItem>().Select(item => item.Text));
        if (parts.Exists(part => part is MediaPart))
        {
            _error ??= OpenAiPolicy.Unsupported("messages", OpenAiPolicy.NoMediaOfAssistant);
        }

        var isLost = _turn.Exists(item => item is ReasoningItem) && !traits.ReasoningBack;
        _turn.Clear();
        if (isLost)
        {
            warnings.Drop("reasoning: the vendor doesn't take it back");
        }

        if (parts.Count == 0 && calls.Count == 0)
        {
            return;
        }

        output.WriteStartObject();
        output.WriteString("role", "assistant");
        if (parts.Count > 0)
        {
            WriteContent(parts);
        }
        else
        {
            output.WriteNull("content");
        }

        if (thoughts.Length > 0 && traits.ReasoningBack)
        {
            output.WriteString("reasoning_content", thoughts);
        }

        if (calls.Count > 0)
        {
            output.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                ChatAnswerWriter.WriteCall(call, CallIds.Fit(call.CallId, traits.CallIdLength), output, traits.SignsCalls);
            }

            output.WriteEndArray();
        }

        output.WriteEndObject();
    }

    private void WriteResult(ToolResultItem result)
    {
        output.WriteStartObject();
        output.WriteString("role", "tool");
        output.WriteString("tool_call_id", CallIds.Fit(result.CallId, traits.CallIdLength));
        var texts = result.Parts.OfType<TextPart>().ToList<ChatPart>();
        if (texts.Count > 0)
        {
            WriteContent(texts);
        }
        else
        {
            output.WriteString("content", result.Parts.Count > 0 ? "(see the next message)" : "");
        }

        output.WriteEndObject();
        _shown.AddRange(result.Parts.OfType<MediaPart>().Select(part => (result.CallId, part)));
    }

    /// <summary>
    /// A tool's message holds text alone: what tools have shown comes after all of their results, as the user's message.
    /// </summary>
    private void WriteShown()
    {
        if (_shown.Count == 0)
        {
            return;
        }

        var parts = new List<ChatPart>();
        foreach (var call in _shown.GroupBy(shown => shown.CallId))
        {
            parts.Add(new TextPart($"Result of the tool call {CallIds.Fit(call.Key, traits.CallIdLength)}:"));
            parts.AddRange(call.Select(shown => shown.Part));
        }

        _shown.Clear();
        WriteMessage(new MessageItem(ChatRole.User, parts));
    }

    private void WriteMessage(MessageItem message)
    {
        output.WriteStartObject();
        output.WriteString("role", message.Role == ChatRole.System ? "system" : "user");
        WriteContent(message.Parts);
        if (message.Name is { } name)
        {
            output.WriteString("name", name);
        }

        output.WriteEndObject();
    }

    private void WriteContent(IReadOnlyList<ChatPart> parts)
    {
        // A single text is written as a string, which every compatible vendor takes for every role.
        if (parts is [TextPart { Text: var only }])
        {
            output.WriteString("content", only);
            return;
        }

        output.WriteStartArray("content");
        foreach (var part in parts)
        {
            output.WriteStartObject();
            WritePart(part);
            output.WriteEndObject();
        }

        output.WriteEndArray();
    }

    private void WritePart(ChatPart part)
    {
        switch (part)
        {
            case TextPart text:
                output.WriteString("type", "text");
                output.WriteString("text", text.Text);
                break;
            case RefusalPart refusal:
                output.WriteString("type", "refusal");
                output.WriteString("refusal", refusal.Text);
                break;
            case MediaPart { Kind: MediaKind.Image } image when OpenAiParts.UrlOf(image) is { } url:
                output.WriteString("type", "image_url");
                output.WriteStartObject("image_url");
                output.WriteString("url", url);
                if (image.Detail is { } detail)
                {
                    output.WriteString("detail", detail);
                }

                output.WriteEndObject();
                break;
            case MediaPart { Kind: MediaKind.File, Data: not null } file:
                output.WriteString("type", "file");
                output.WriteStartObject("file");
                output.WriteString("filename", file.FileName ?? "document.pdf"); // Required with the data.
                output.WriteString("file_data", OpenAiParts.UrlOf(file));
                output.WriteEndObject();
                break;
            case MediaPart { Kind: MediaKind.Audio, Data: { } sound } audio:
                output.WriteString("type", "input_audio");
                output.WriteStartObject("input_audio");
                output.WriteString("data", sound);
                output.WriteString("format", audio.MediaType is "audio/mpeg" or "audio/mp3" ? "mp3" : "wav");
                output.WriteEndObject();
                break;
            case MediaPart media:
                _error ??= OpenAiPolicy.Unsupported(
                    "messages",
                    $"The model's vendor can't fetch this {media.Kind} by its address or id: send its bytes as base64.");
                break;
        }
    }
}
