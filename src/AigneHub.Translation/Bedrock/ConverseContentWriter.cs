using System.Text.Json;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Writes turns (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html"/>).
/// </summary>
internal sealed class ConverseContentWriter(
    Utf8JsonWriter output, bool hasCachePoints, RequestFailure failure, Warnings warnings)
{
    private int _documents;

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

        if (IsDocumentAlone(turn))
        {
            WriteText("(see the document)", null); // The API demands text beside a document.
        }

        output.WriteEndArray();
        output.WriteEndObject();
    }

    public void WriteText(string text, CacheMarker? cache)
    {
        output.WriteStartObject();
        output.WriteString("text", text);
        output.WriteEndObject();
        WriteCachePoint(cache);
    }

    /// <summary>A marker is a block of its own, behind what it marks.</summary>
    public void WriteCachePoint(CacheMarker? cache)
    {
        if (cache is null)
        {
            return;
        }

        if (!hasCachePoints)
        {
            warnings.Drop("cache_control");
            return;
        }

        output.WriteStartObject();
        output.WriteStartObject("cachePoint");
        output.WriteString("type", "default");
        if (cache.Ttl is "1h")
        {
            output.WriteString("ttl", cache.Ttl);
        }

        output.WriteEndObject();
        output.WriteEndObject();
    }

    private static bool IsDocumentAlone(Turn turn)
    {
        var parts = turn.Items.OfType<MessageItem>().SelectMany(message => message.Parts).Where(HasContent).ToList();
        return parts.Any(part => part is MediaPart { Kind: MediaKind.File }) && !parts.Any(part => part is TextPart);
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
            case ReasoningItem reasoning:
                WriteReasoning(reasoning);
                break;
            case ToolCallItem call:
                output.WriteStartObject();
                output.WriteStartObject("toolUse");
                output.WriteString("toolUseId", ToolCallText.FitId(call.CallId));
                output.WriteString("name", call.Name);
                output.WritePropertyName("input");
                ToolCallText.WriteInput(output, call.Arguments, call.IsCustom);
                output.WriteEndObject();
                output.WriteEndObject();
                WriteCachePoint(call.Cache);
                break;
            case ToolResultItem result:
                WriteResult(result);
                break;
        }
    }

    private void WriteReasoning(ReasoningItem item)
    {
        output.WriteStartObject();
        output.WriteStartObject("reasoningContent");
        if (item.Redacted is { Length: > 0 } redacted)
        {
            output.WriteString("redactedContent", redacted);
        }
        else
        {
            output.WriteStartObject("reasoningText");
            output.WriteString("text", item.Text);
            output.WriteString("signature", item.Signature);
            output.WriteEndObject();
        }

        output.WriteEndObject();
        output.WriteEndObject();
    }

    private void WriteResult(ToolResultItem result)
    {
        output.WriteStartObject();
        output.WriteStartObject("toolResult");
        output.WriteString("toolUseId", ToolCallText.FitId(result.CallId));
        output.WriteStartArray("content");
        if (result.Parts.Any(HasContent))
        {
            WriteParts([.. result.Parts.Select(part => part with { Cache = null })], true);
        }
        else
        {
            WriteText("(no output)", null); // The API refuses empty content.
        }

        output.WriteEndArray();
        if (result.IsError)
        {
            output.WriteString("status", "error");
        }

        output.WriteEndObject();
        output.WriteEndObject();
        WriteCachePoint(result.Cache ?? result.Parts.LastOrDefault(part => part.Cache is not null)?.Cache);
    }

    private void WriteParts(IReadOnlyList<ChatPart> parts, bool mayHoldMedia)
    {
        foreach (var part in parts.Where(HasContent))
        {
            switch (part)
            {
                case TextPart text:
                    WriteText(text.Text, text.Cache);
                    break;
                case RefusalPart refusal:
                    WriteText(refusal.Text, refusal.Cache);
                    break;
                case MediaPart when !mayHoldMedia:
                    failure.Unsupported("messages", "This model takes no files in the assistant's messages; remove them.");
                    break;
                case MediaPart media:
                    WriteMedia(media);
                    WriteCachePoint(media.Cache);
                    break;
            }
        }
    }

    private void WriteMedia(MediaPart media)
    {
        var format = ConverseMedia.FormatOf(media);
        if (media.Kind is MediaKind.Audio or MediaKind.Video)
        {
            failure.Unsupported("messages", "This model takes no audio and no video; send text or images.");
        }
        else if (media.Data is not { Length: > 0 } data)
        {
            failure.Unsupported("messages", "This model takes images and files in Base64 only, not by URL or id.");
        }
        else if (format is null)
        {
            failure.Unsupported("messages", "The type of an image or a file is unknown to this model; say its media type.");
        }
        else
        {
            output.WriteStartObject();
            output.WriteStartObject(media.Kind == MediaKind.Image ? "image" : "document");
            output.WriteString("format", format);
            if (media.Kind == MediaKind.File)
            {
                output.WriteString("name", ConverseMedia.NameOf(media.FileName, ++_documents));
            }

            output.WriteStartObject("source");
            output.WriteString("bytes", data);
            output.WriteEndObject();
            output.WriteEndObject();
            output.WriteEndObject();
        }
    }
}
