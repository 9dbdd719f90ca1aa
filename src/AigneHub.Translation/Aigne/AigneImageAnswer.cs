using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// OpenAI's answer with images (<see href="https://platform.openai.com/docs/api-reference/images/object"/>) in AIGNE's words.
/// </summary>
public static class AigneImageAnswer
{
    /// <summary>Of <c>POST /api/v2/image</c>: <c>images</c> as AIGNE's client has files.</summary>
    /// <param name="answer">An object.</param>
    public static void Write(JsonElement answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options);
        writer.WriteStartObject();
        writer.WriteStartArray("images");
        foreach (var image in ImagesOf(answer))
        {
            writer.WriteStartObject();
            if (RequestFields.Has(image, "b64_json", out var base64))
            {
                writer.WriteString("type", "file");
                WriteRaw("data", base64, writer);
                writer.WriteString("mimeType", TypeOf(answer, base64));
            }
            else
            {
                writer.WriteString("type", "url");
                writer.WriteString("url", RequestFields.TextOf(image, "url"));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteEnd(answer, context, writer);
        writer.WriteEndObject();
    }

    /// <summary>Of <c>POST /api/v2/image/generations</c>: OpenAI's <c>data</c>, and <c>images</c> in AIGNE's three spellings.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteGenerations(JsonElement answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options);
        writer.WriteStartObject();
        writer.WriteNumber("created", context.Created.ToUnixTimeSeconds());
        WriteImages("images", ["base64", "b64_json", "b64Json"], answer, writer);
        WriteImages("data", ["b64_json"], answer, writer);
        WriteEnd(answer, context, writer);
        writer.WriteEndObject();
    }

    private static void WriteImages(string list, ReadOnlySpan<string> names, JsonElement answer, Utf8JsonWriter writer)
    {
        writer.WriteStartArray(list);
        foreach (var image in ImagesOf(answer))
        {
            writer.WriteStartObject();
            foreach (var name in names)
            {
                if (RequestFields.Has(image, "b64_json", out var base64))
                {
                    WriteRaw(name, base64, writer);
                }
            }

            if (RequestFields.TextOf(image, "url") is { } url)
            {
                writer.WriteString("url", url);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Model and usage; images that are charged by the piece have no tokens.</summary>
    private static void WriteEnd(JsonElement answer, AnswerContext context, Utf8JsonWriter writer)
    {
        writer.WriteString("model", AigneAnswerWriter.ModelOf(context));
        writer.WriteString("modelWithProvider", AigneAnswerWriter.TargetOf(context));
        RequestFields.Has(answer, "usage", out var usage);
        writer.WriteStartObject("usage");
        writer.WriteNumber("inputTokens", TokensOf(usage, "input_tokens"));
        writer.WriteNumber("outputTokens", TokensOf(usage, "output_tokens"));
        AigneAnswerWriter.WriteCredits(context.Credits, writer);
        writer.WriteString("modelCallId", context.Id);
        writer.WriteEndObject();
    }

    private static JsonElement.ArrayEnumerator ImagesOf(JsonElement answer) =>
        RequestFields.Has(answer, "data", out var data) && data.ValueKind == JsonValueKind.Array ? data.EnumerateArray() : default;

    private static long TokensOf(JsonElement usage, string name) =>
        RequestFields.Has(usage, name, out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var tokens)
            ? tokens
            : 0;

    /// <summary>As the vendor says, else as the first bytes tell.</summary>
    private static string TypeOf(JsonElement answer, JsonElement base64)
    {
        const int HeadChars = 16;
        if (RequestFields.TextOf(answer, "output_format") is { } format)
        {
            return $"image/{format}";
        }

        var raw = JsonMarshal.GetRawUtf8Value(base64);
        var head = System.Text.Encoding.ASCII.GetString(raw[1..Math.Min(raw.Length, HeadChars)]);
        return MediaSniff.TypeOf(new MediaPart(MediaKind.Image) { Data = head }) ?? "image/png";
    }

    /// <summary>An image's text is millions of characters: it is not unescaped and escaped again.</summary>
    private static void WriteRaw(string name, JsonElement text, Utf8JsonWriter writer)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(text), skipInputValidation: true);
    }
}
