using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers.Upstream;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// OpenAI's speech (<see href="https://platform.openai.com/docs/api-reference/audio/createSpeech"/>) by a Gemini model that speaks
/// (<see href="https://ai.google.dev/gemini-api/docs/speech-generation"/>). It answers with raw samples, which become a WAV file
/// or stay what they are; other formats would have to be encoded.
/// </summary>
public static class GeminiSpeech
{
    private const string Wav = "wav";
    private const string Pcm = "pcm";
    private const int WavHeadBytes = 44;
    private const int DefaultRate = 24_000;
    private const int RateMax = 384_000;
    private static readonly string[] Used = ["model", "input", "voice", "instructions", "response_format", "stream_format"];

    /// <summary>Exactly one of the results is null. Error: 400, for what a Gemini model can't do.</summary>
    public static (UpstreamPayload? Payload, HubError? Error) WriteRequest(JsonElement request, Warnings warnings)
    {
        if (WellFormedText.Refuse(request, "input") is { } refused)
        {
            return (null, refused);
        }

        if (FormatOf(request) is null)
        {
            return (null, Wrong(
                "unsupported_parameter", "response_format", "A Gemini model speaks in response_format wav or pcm; name one."));
        }

        if (GeminiJson.Text(request, "stream_format") == "sse")
        {
            return (null, Wrong("unsupported_parameter", "stream_format", "A Gemini model does not stream speech as events."));
        }

        if (GeminiJson.Text(request, "input") is not { } input)
        {
            return (null, Wrong("invalid_type", "input", "'input' must be a string."));
        }

        if (GeminiJson.Text(request, "voice") is not { Length: > 0 } voice)
        {
            return (null, Wrong("invalid_type", "voice", "'voice' must be the name of one of Gemini's voices, such as Kore."));
        }

        foreach (var member in request.EnumerateObject().Where(member => !Used.Contains(member.Name)))
        {
            warnings.DropMember(member.Name);
        }

        var text = GeminiJson.Text(request, "instructions") is { Length: > 0 } instructions ? $"{instructions}:\n{input}" : input;
        var written = new ArrayBufferWriter<byte>(text.Length + 256);
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, text, voice);
        }

        return (UpstreamPayload.Json(written.WrittenMemory), null);
    }

    /// <summary>The audio as the client asked for it; null when there is none, or of another kind.</summary>
    /// <param name="request">The client's.</param>
    /// <param name="answer">Gemini's.</param>
    public static (ReadOnlyMemory<byte> Bytes, string ContentType)? WriteAnswer(JsonElement request, JsonElement answer)
    {
        var parts = VendorJson.Read(answer, static whole => GeminiParts.DataOf(whole).ToArray()) ?? [];
        if (parts.Length == 0 || RateOf(parts[0].MediaType) is not { } rate || parts.Any(part => part.MediaType != parts[0].MediaType))
        {
            return null;
        }

        var isWav = FormatOf(request) == Wav;
        var length = parts.Sum(part => part.Data.Length);
        var audio = new ArrayBufferWriter<byte>(WavHeadBytes + length);
        audio.Write(isWav ? WavHead(rate, length) : []);
        foreach (var part in parts)
        {
            audio.Write(part.Data);
        }

        return (audio.WrittenMemory, isWav ? "audio/wav" : "audio/pcm");
    }

    private static void Write(Utf8JsonWriter json, string text, string voice)
    {
        json.WriteStartObject();
        json.WriteStartArray("contents");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteStartArray("parts");
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("generationConfig");
        json.WriteStartArray("responseModalities");
        json.WriteStringValue("AUDIO");
        json.WriteEndArray();
        json.WriteStartObject("speechConfig");
        json.WriteStartObject("voiceConfig");
        json.WriteStartObject("prebuiltVoiceConfig");
        json.WriteString("voiceName", voice);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? FormatOf(JsonElement request) => GeminiJson.Text(request, "response_format") switch
    {
        Wav => Wav,
        Pcm => Pcm,
        _ => null,
    };

    /// <summary>Why there is no audio in an answer.</summary>
    public static string RefusalIn(JsonElement answer) =>
        VendorJson.Read(answer, GeminiParts.RefusalIn) ?? "The model has answered without audio.";

    /// <summary>Samples a second of <c>audio/L16;codec=pcm;rate=24000</c>, which are of 16 bits, mono; null for other types.</summary>
    private static int? RateOf(string mediaType)
    {
        var parts = mediaType.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals("audio/L16", StringComparison.OrdinalIgnoreCase)
            && !parts[0].Equals("audio/pcm", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rate = parts.FirstOrDefault(part => part.StartsWith("rate=", StringComparison.OrdinalIgnoreCase));
        return rate is null ? DefaultRate
            : int.TryParse(rate.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var told) && told is > 0 and <= RateMax
                ? told
            : null;
    }

    private static byte[] WavHead(int rate, int bytes)
    {
        var head = new byte[WavHeadBytes];
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), 36 + bytes);
        "WAVEfmt "u8.CopyTo(head.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(28), rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(34), 16);
        "data"u8.CopyTo(head.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(40), bytes);
        return head;
    }

    private static HubError Wrong(string code, string param, string message) => new(400, code, Blame.Caller, message, param);
}
