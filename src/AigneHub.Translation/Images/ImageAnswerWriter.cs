using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Providers;

namespace AigneHub.Translation.Images;

/// <summary>
/// Writes OpenAI's answer with images (https://platform.openai.com/docs/api-reference/images/object), or the last event of its
/// stream for each image (https://platform.openai.com/docs/api-reference/images-streaming).
/// </summary>
public static class ImageAnswerWriter
{
    // Base64 has '+', which the strict encoder would escape.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteAnswer(ImageAnswer answer, DateTimeOffset created, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteNumber("created", created.ToUnixTimeSeconds());
        json.WriteStartArray("data");
        foreach (var image in answer.Images)
        {
            json.WriteStartObject();
            WriteImage(json, image);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFormat(json, answer.Images);
        if (answer.Usage is { } usage)
        {
            WriteUsage(json, usage);
        }

        json.WriteEndObject();
    }

    /// <summary>Server-sent events, each with its blank line. The usage is that of the whole call, on the last of them.</summary>
    /// <param name="edits">They were edited, and not made anew.</param>
    public static void WriteEvents(ImageAnswer answer, bool edits, DateTimeOffset created, IBufferWriter<byte> output)
    {
        var type = edits ? "image_edit.completed" : "image_generation.completed";
        for (var i = 0; i < answer.Images.Count; i++)
        {
            output.Write("event: "u8);
            output.Write(System.Text.Encoding.ASCII.GetBytes(type));
            output.Write("\ndata: "u8);
            using (var json = new Utf8JsonWriter(output, Options))
            {
                json.WriteStartObject();
                json.WriteString("type", type);
                json.WriteNumber("created_at", created.ToUnixTimeSeconds());
                WriteImage(json, answer.Images[i]);
                WriteFormat(json, [answer.Images[i]]);
                WriteUsage(json, i == answer.Images.Count - 1 ? answer.Usage ?? TokenUsage.Free : TokenUsage.Free);
                json.WriteEndObject();
            }

            output.Write("\n\n"u8);
        }
    }

    private static void WriteImage(Utf8JsonWriter json, ReturnedImage image)
    {
        if (image.Base64 is { } base64)
        {
            json.WriteString("b64_json", base64);
        }
        else
        {
            json.WriteString("url", image.Url);
        }

        if (image.RevisedPrompt is { } prompt)
        {
            json.WriteString("revised_prompt", prompt);
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, IReadOnlyList<ReturnedImage> images)
    {
        if (images is [{ MimeType: { } type }, ..] && type.StartsWith("image/", StringComparison.Ordinal))
        {
            json.WriteString("output_format", type["image/".Length..]);
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, in TokenUsage usage)
    {
        var text = (usage.Input ?? 0) + (usage.CachedInput ?? 0);
        var images = usage.ImageInput ?? 0;
        var output = (usage.Output ?? 0) + (usage.ImageOutput ?? 0);
        json.WriteStartObject("usage");
        json.WriteNumber("total_tokens", text + images + output);
        json.WriteNumber("input_tokens", text + images);
        json.WriteNumber("output_tokens", output);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("text_tokens", text);
        json.WriteNumber("image_tokens", images);
        json.WriteEndObject();
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("text_tokens", usage.Output ?? 0);
        json.WriteNumber("image_tokens", usage.ImageOutput ?? 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
