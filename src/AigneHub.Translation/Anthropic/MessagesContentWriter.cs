using System.Text;
using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Writes turns for a vendor (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal sealed class MessagesContentWriter(Utf8JsonWriter output, RequestFailure failure, Warnings warnings)
{
    public void WriteTurn(Turn turn)
    {
        if (!turn.Items.Any(HasContent))
        {
            return; // The API refuses empty messages.
        }

        output.WriteStartObject();
        output.WriteString("role", turn.IsUser ? "user" : "assistant");
        output.WriteStartArray("content");
        foreach (var item in turn.IsUser ? turn.ResultsFirst : turn.Items)
        {
            WriteItem(item);
        }

        output.WriteEndArray();
        output.WriteEndObject();
    }

    public static void WriteText(Utf8JsonWriter output, string text, CacheMarker? cache)
    {
        output.WriteStartObject();
        output.WriteString("type", "text");
        output.WriteString("text", text);
        WriteCache(output, cache);
        output.WriteEndObject();
    }

    public static void WriteCache(Utf8JsonWriter output, CacheMarker? cache)
    {
        if (cache is null)
        {
            return;
        }

        output.WriteStartObject("cache_control");
        output.WriteString("type", "ephemeral");
        if (cache.Ttl is "5m" or "1h")
        {
            output.WriteString("ttl", cache.Ttl);
        }

        output.WriteEndObject();
    }

    private static bool HasContent(ChatItem item) => item is not MessageItem message || message.Parts.Any(HasContent);

    private static bool HasContent(ChatPart part) => part switch
    {
        TextPart text => !string.IsNullOrWhiteSpace(text.Text),
        RefusalPart refusal => !string.IsNullOrWhiteSpace(refusal.Text),
        _ => true,
    };

    private void WriteItem(ChatItem item)
    {
        switch (item)
        {
            case MessageItem message:
                WriteParts(message.Parts, message.Role != ChatRole.Assistant);
                break;
            case ReasoningItem { Redacted: { } redacted }:
                output.WriteStartObject();
                output.WriteString("type", "redacted_thinking");
                output.WriteString("data", redacted);
                output.WriteEndObject();
                break;
            case ReasoningItem reasoning:
                output.WriteStartObject();
                output.WriteString("type", "thinking");
                output.WriteString("thinking", reasoning.Text);
                output.WriteString("signature", reasoning.Signature);
                output.WriteEndObject();
                break;
            case ToolCallItem call:
                output.WriteStartObject();
                output.WriteString("type", "tool_use");
                output.WriteString("id", ToolCallText.FitId(call.CallId));
                output.WriteString("name", call.Name);
                output.WritePropertyName("input");
                ToolCallText.WriteInput(output, call.Arguments, call.IsCustom);
                WriteCache(output, call.Cache);
                output.WriteEndObject();
                break;
            case ToolResultItem result:
                WriteResult(result);
                break;
        }
    }

    private void WriteResult(ToolResultItem result)
    {
        output.WriteStartObject();
        output.WriteString("type", "tool_result");
        output.WriteString("tool_use_id", ToolCallText.FitId(result.CallId));
        if (result.Parts.Any(HasContent))
        {
            output.WriteStartArray("content");
            WriteParts(result.Parts, true);
            output.WriteEndArray();
        }

        if (result.IsError)
        {
            output.WriteBoolean("is_error", true);
        }

        WriteCache(output, result.Cache);
        output.WriteEndObject();
    }

    private void WriteParts(IReadOnlyList<ChatPart> parts, bool mayHoldMedia)
    {
        foreach (var part in parts.Where(HasContent))
        {
            switch (part)
            {
                case TextPart text:
                    WriteText(output, text.Text, text.Cache);
                    break;
                case RefusalPart refusal:
                    WriteText(output, refusal.Text, refusal.Cache);
                    break;
                case MediaPart when !mayHoldMedia:
                    failure.Unsupported("messages", "This model takes no files in the assistant's messages; remove them.");
                    break;
                case MediaPart media:
                    WriteMedia(media);
                    break;
            }
        }
    }

    private void WriteMedia(MediaPart media)
    {
        var type = MediaSniff.TypeOf(media);
        if (media.Kind is MediaKind.Audio or MediaKind.Video)
        {
            failure.Unsupported("messages", "This model takes no audio and no video; send text or images.");
        }
        else if (media.FileId is not null)
        {
            failure.Unsupported("messages", "A file kept at another vendor can't be read by this model; send its content.");
        }
        else if (media is { Kind: MediaKind.Image, Data: not null }
            && type is not ("image/png" or "image/jpeg" or "image/gif" or "image/webp"))
        {
            failure.Unsupported("messages", "This model takes images as PNG, JPEG, GIF or WebP; say which one it is.");
        }
        else if (media is { Kind: MediaKind.File, Data: not null } && type != "application/pdf" && !IsText(type))
        {
            failure.Unsupported("messages", "This model takes files as PDF or plain text; convert it, or say its media type.");
        }
        else
        {
            WriteBlock(media, type);
        }
    }

    private void WriteBlock(MediaPart media, string? type)
    {
        if (media.Detail is not (null or "auto"))
        {
            warnings.Drop("detail");
        }

        output.WriteStartObject();
        output.WriteString("type", media.Kind == MediaKind.Image ? "image" : "document");
        output.WriteStartObject("source");
        if (media.Url is { } url)
        {
            output.WriteString("type", "url");
            output.WriteString("url", url);
        }
        else if (media.Kind == MediaKind.File && IsText(type))
        {
            output.WriteString("type", "text");
            output.WriteString("media_type", "text/plain");
            output.WriteString("data", TextOf(media.Data ?? ""));
        }
        else
        {
            output.WriteString("type", "base64");
            output.WriteString("media_type", type);
            output.WriteString("data", media.Data);
        }

        output.WriteEndObject();
        if (media is { Kind: MediaKind.File, FileName: { Length: > 0 } name })
        {
            output.WriteString("title", name);
        }

        WriteCache(output, media.Cache);
        output.WriteEndObject();
    }

    private static bool IsText(string? type) => type?.StartsWith("text/", StringComparison.Ordinal) == true;

    private string TextOf(string data)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException)
        {
            failure.Invalid("messages", "A file's data is no Base64.");
            return "";
        }
    }
}
