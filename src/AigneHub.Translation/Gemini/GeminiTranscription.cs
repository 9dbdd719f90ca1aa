using System.Buffers;
using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// OpenAI's transcriptions and translations (<see href="https://platform.openai.com/docs/api-reference/audio"/>) by a Gemini model
/// that hears (<see href="https://ai.google.dev/gemini-api/docs/audio"/>): the recording goes with the request, which asks for its
/// words. Times of words and captions are not to be had.
/// </summary>
public static class GeminiTranscription
{
    private const string Transcribe =
        "Transcribe the speech in this recording word for word, in the language that is spoken. "
        + "Answer with the transcript and nothing else.";

    private const string Translate =
        "Translate the speech in this recording into English. Answer with the translation and nothing else.";

    private static readonly string[] Used = ["model", "file", "language", "prompt", "response_format", "temperature", "stream"];

    /// <summary>Exactly one of the results is null. Error: 400, for what a Gemini model can't do.</summary>
    /// <param name="fields">Of the form, as an object.</param>
    /// <param name="fileName">Tells the type of a file that has none of its own.</param>
    /// <param name="contentType">Of the file's part; null for none.</param>
    public static (UpstreamPayload? Payload, HubError? Error) WriteRequest(
        JsonElement fields, PayloadPiece file, string? fileName, string? contentType, bool translate, Warnings warnings)
    {
        if (Field(fields, "response_format") is not (null or "json" or "text"))
        {
            return (null, Unsupported("response_format", "A Gemini model answers with response_format json or text."));
        }

        if (fields.TryGetProperty("timestamp_granularities[]", out _))
        {
            return (null, Unsupported("timestamp_granularities", "A Gemini model tells no times of words or segments."));
        }

        if (MediaTypeOf(contentType, fileName) is not { } mediaType)
        {
            return (null, new HubError(
                400, "invalid_value", Blame.Caller, "The file's type is not known: give it a Content-Type, such as audio/wav.",
                "file"));
        }

        foreach (var member in fields.EnumerateObject().Where(member => !Used.Contains(member.Name)))
        {
            warnings.DropMember(member.Name.TrimEnd('[', ']'));
        }

        var instruction = new StringBuilder(translate ? Translate : Transcribe);
        if (Field(fields, "language") is { } language)
        {
            instruction.Append(" The language spoken is: ").Append(language).Append('.');
        }

        if (Field(fields, "prompt") is { } prompt)
        {
            instruction.Append(" Names, words and style to go by: ").Append(prompt);
        }

        var temperature = Field(fields, "temperature");
        if (temperature is not null
            && !(double.TryParse(temperature, CultureInfo.InvariantCulture, out var degree) && double.IsFinite(degree)))
        {
            return (null, new HubError(400, "invalid_type", Blame.Caller, "'temperature' must be a number.", "temperature"));
        }

        var config = temperature is null ? "" : ",\"generationConfig\":{\"temperature\":" + Number(temperature) + "}";
        return (new UpstreamPayload(
            [
                Bytes("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":" + Quoted(mediaType) + ",\"data\":\""),
                file.InBase64(),
                Bytes("\"}},{\"text\":" + Quoted(instruction.ToString()) + "}]}]" + config + "}"),
            ],
            MediaTypeNames.Application.Json), null);
    }

    /// <summary>The answer as the client asked for it; null when the model said nothing.</summary>
    /// <param name="fields">Of the request's form, as an object.</param>
    /// <param name="answer">Gemini's.</param>
    public static (ReadOnlyMemory<byte> Bytes, string ContentType)? WriteAnswer(JsonElement fields, JsonElement answer, TokenUsage? usage)
    {
        if (VendorJson.Read(answer, GeminiParts.TextOf) is not { } text)
        {
            return null;
        }

        if (Field(fields, "response_format") == "text")
        {
            return (Bytes(text + "\n"), "text/plain; charset=utf-8");
        }

        var written = new ArrayBufferWriter<byte>(text.Length + 256);
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            if (usage is { Input: { } input, Output: { } output })
            {
                WriteUsage(json, input + (usage.Value.CachedInput ?? 0), usage.Value.AudioInput ?? 0, output);
            }

            json.WriteEndObject();
        }

        return (written.WrittenMemory, "application/json");
    }

    /// <summary>Why there is no text in an answer.</summary>
    public static string RefusalIn(JsonElement answer) =>
        VendorJson.Read(answer, GeminiParts.RefusalIn) ?? "The model has answered without text.";

    private static void WriteUsage(Utf8JsonWriter json, long text, long audio, long output)
    {
        json.WriteStartObject("usage");
        json.WriteString("type", "tokens");
        json.WriteNumber("input_tokens", text + audio);
        json.WriteStartObject("input_token_details");
        json.WriteNumber("text_tokens", text);
        json.WriteNumber("audio_tokens", audio);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", output);
        json.WriteNumber("total_tokens", text + audio + output);
        json.WriteEndObject();
    }

    private static string? MediaTypeOf(string? contentType, string? fileName)
    {
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type?.StartsWith("audio/", StringComparison.Ordinal) == true || type?.StartsWith("video/", StringComparison.Ordinal) == true)
        {
            return type is "audio/x-wav" or "audio/wave" or "audio/vnd.wave" ? "audio/wav" : type;
        }

        return Path.GetExtension(fileName ?? "").ToLowerInvariant() switch
        {
            ".wav" => "audio/wav",
            ".mp3" or ".mpga" or ".mpeg" => "audio/mp3",
            ".flac" => "audio/flac",
            ".ogg" or ".oga" or ".opus" => "audio/ogg",
            ".aac" => "audio/aac",
            ".m4a" or ".mp4" => "audio/mp4",
            ".webm" => "audio/webm",
            _ => null,
        };
    }

    private static HubError Unsupported(string param, string message) =>
        new(400, "unsupported_parameter", Blame.Caller, message, param);

    private static string Number(string text) =>
        double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Field(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
