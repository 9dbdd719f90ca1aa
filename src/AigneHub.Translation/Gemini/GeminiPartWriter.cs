using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>Writes single parts (<see href="https://ai.google.dev/api/caching#Part"/>).</summary>
internal static class GeminiPartWriter
{
    /// <summary>Where Google keeps its callers' files.</summary>
    private static readonly string[] FileAddresses = ["https://generativelanguage.googleapis.com/", "gs://"];

    /// <summary>Null when the part can be written.</summary>
    public static HubError? Check(MediaPart media) => media switch
    {
        { FileId: { } id } when !FileAddresses.Any(start => id.StartsWith(start, StringComparison.Ordinal)) =>
            ForeignMembers.Unsupported("file_id", "Another vendor keeps this file; send its content in base64."),
        { Data: not null } when MediaTypeOf(media) is null =>
            ForeignMembers.Invalid("media_type", "Say the media type of the image or file, e.g. image/png."),
        { Url: { } url } when !IsAddress(url) =>
            ForeignMembers.Invalid("url", "Send the image or file by an https address or in base64."),
        _ => null,
    };

    /// <summary>Empty texts are refused by Google.</summary>
    public static bool IsWritten(ChatPart part) => part switch
    {
        TextPart text => text.Text.Length > 0 || text.Signature is not null,
        RefusalPart refusal => refusal.Text.Length > 0,
        _ => true,
    };

    public static void Write(ChatPart part, Utf8JsonWriter output)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(text.Text, isThought: false, text.Signature, output);
                break;
            case RefusalPart refusal:
                WriteText(refusal.Text, isThought: false, signature: null, output);
                break;
            case MediaPart media:
                output.WriteStartObject();
                WriteMedia(media, output);
                WriteSignature(media.Signature, output);
                output.WriteEndObject();
                break;
        }
    }

    public static void WriteText(string text, bool isThought, string? signature, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        output.WriteString("text", text);
        if (isThought)
        {
            output.WriteBoolean("thought", true);
        }

        WriteSignature(signature, output);
        output.WriteEndObject();
    }

    public static void WriteCall(ToolCallItem call, bool withId, string? signature, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        output.WriteStartObject("functionCall");
        if (withId)
        {
            output.WriteString("id", call.CallId);
        }

        output.WriteString("name", call.Name);
        output.WritePropertyName("args");
        if (!GeminiJson.TryWriteObject(output, call.Arguments))
        {
            // What a model wrote badly stays in the conversation, where the result says what was wrong with it.
            output.WriteStartObject();
            output.WriteString("input", call.Arguments);
            output.WriteEndObject();
        }

        output.WriteEndObject();
        WriteSignature(signature, output);
        output.WriteEndObject();
    }

    /// <summary>Members of the response: https://ai.google.dev/api/caching#FunctionResponse</summary>
    public static void WriteResult(ToolResultItem result, string name, bool isNew, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        output.WriteStartObject("functionResponse");
        if (isNew)
        {
            output.WriteString("id", result.CallId);
        }

        output.WriteString("name", name);
        output.WriteStartObject("response");
        var texts = result.Parts.OfType<TextPart>().Select(part => part.Text);
        output.WriteString(result.IsError ? "error" : "output", string.Join('\n', texts));
        output.WriteEndObject();
        var within = result.Parts.OfType<MediaPart>().Where(media => IsWithinResult(media, isNew)).ToList();
        if (within.Count > 0)
        {
            output.WriteStartArray("parts");
            foreach (var media in within)
            {
                Write(media, output);
            }

            output.WriteEndArray();
        }

        output.WriteEndObject();
        output.WriteEndObject();
    }

    /// <summary>Media with their bytes stand within a result since Gemini 3; others stand beside it.</summary>
    public static bool IsWithinResult(MediaPart media, bool isNew) => isNew && media.Data is not null;

    private static void WriteMedia(MediaPart media, Utf8JsonWriter output)
    {
        var mediaType = MediaTypeOf(media);
        if (media.Data is not null)
        {
            output.WriteStartObject("inlineData");
            output.WriteString("mimeType", mediaType);
            output.WriteString("data", media.Data);
            output.WriteEndObject();
            return;
        }

        // Google fetches public addresses itself: https://ai.google.dev/gemini-api/docs/file-input-methods
        output.WriteStartObject("fileData");
        if (mediaType is not null)
        {
            output.WriteString("mimeType", mediaType);
        }

        output.WriteString("fileUri", media.FileId ?? media.Url);
        output.WriteEndObject();
    }

    private static string? MediaTypeOf(MediaPart media) =>
        media.MediaType ?? (media.Kind == MediaKind.File ? "application/pdf" : null);

    private static bool IsAddress(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";

    private static void WriteSignature(string? signature, Utf8JsonWriter output)
    {
        if (signature is not null)
        {
            output.WriteString("thoughtSignature", signature);
        }
    }
}
