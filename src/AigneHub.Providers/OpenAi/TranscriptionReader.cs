using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Audio;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Transcriptions and translations (<see href="https://platform.openai.com/docs/api-reference/audio"/>): the request is a form with
/// a file; the answer is JSON, or bare text (<c>response_format</c> text, srt and vtt), or a stream of events.
/// </summary>
internal sealed class TranscriptionReader(ModelApi api) : IAnswerReader
{
    /// <summary>One for 100 ms, as OpenAI counts sound (https://platform.openai.com/docs/guides/realtime-costs).</summary>
    private const int AudioTokensPerSecond = 10;

    public ModelApi Api => api;

    public bool MayNotStream => true;

    public bool TakesText(string? mediaType) => mediaType?.ToLowerInvariant() is
        "text/plain" or "text/vtt" or "text/srt" or "application/x-subrip";

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new AudioStreamTap(quirks, textBytesMax);

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            return ReadDocument(body, quirks);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter)
    {
        using var text = new DeliveredText(body.Length);
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            text.Add(body);
        }
        else if (JsonScan.ValueOf(body, "\"text\""u8) is >= 0 and var at)
        {
            try
            {
                var reader = new Utf8JsonReader(body[at..]);
                reader.Read();
                text.Add(reader.TokenType == JsonTokenType.String ? reader.ValueSpan : []);
            }
            catch (JsonException)
            {
                // Cut within its text.
            }
        }

        return text.Count(counter);
    }

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => TextPrompt.Count(request, counter);

    public bool Fits(in TokenUsage usage, ModelRates? rates) => rates is null || (usage.Seconds is null
        ? rates[UnitKind.Second] is null || rates[UnitKind.AudioInput] is not null
        : rates[UnitKind.Second] is not null || rates[UnitKind.AudioInput] is null);

    /// <summary>By the second, unless the model's price knows of tokens only.</summary>
    public TokenUsage Estimate(in UnreportedCall call, TokenCounter counter)
    {
        var seconds = call.Reported?.Seconds ?? (call.File is { } file ? AudioLength.SecondsOf(file) : 0);
        return call.Rates is null || call.Rates[UnitKind.Second] is not null
            ? AudioUsage.OfSeconds(seconds, call.Quirks)
            : new TokenUsage
            {
                Input = call.Reported is { Seconds: null, Input: { } input } ? input : CountPrompt(call.Request, counter),
                AudioInput = call.Reported?.AudioInput ?? seconds * AudioTokensPerSecond,
                Output = call.Reported is { Seconds: null, Output: { } output } ? output : call.Delivered,
            };
    }

    private static AnswerReading ReadDocument(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        var hasText = false;
        var hasError = false;
        long? duration = null;
        TokenUsage? usage = null;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "text"u8))
            {
                reader.Read();
                hasText = reader.TokenType == JsonTokenType.String;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = AudioUsage.OfText(JsonScan.Value(ref reader, body), quirks);
            }
            else if (JsonScan.TextIs(ref reader, "duration"u8))
            {
                duration = AudioUsage.ReadSeconds(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                hasError = JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        usage ??= duration is { } seconds ? AudioUsage.OfSeconds(seconds, quirks) : null;
        return new AnswerReading(hasText && !hasError, usage, hasText && !hasError ? null : VendorError.TryRead(body));
    }
}
