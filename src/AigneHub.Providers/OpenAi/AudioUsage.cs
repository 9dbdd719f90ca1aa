using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// The <c>usage</c> of transcriptions (<see href="https://platform.openai.com/docs/api-reference/audio/json-object"/>: tokens, or
/// seconds) and of speech (<see href="https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event"/>: tokens).
/// Never throws on what a vendor sends.
/// </summary>
internal static class AudioUsage
{
    private const int SecondsMin = 10;

    /// <summary>The usage of an answer that is text; null when nothing is told.</summary>
    public static TokenUsage? OfText(ReadOnlySpan<byte> usage, UsageQuirks quirks)
    {
        var counts = Read(usage);
        if (counts.Seconds is { } seconds)
        {
            return OfSeconds(seconds, quirks);
        }

        // Without details all of it is taken for audio, which is what a prompt has most of.
        var audio = counts.Audio ?? VendorCount.NotNegative(counts.Input - counts.Text) ?? counts.Input;
        return counts.Input is null && counts.Output is null ? null : new TokenUsage
        {
            Input = counts.Text ?? VendorCount.NotNegative(counts.Input - audio),
            AudioInput = audio,
            Output = counts.Output,
        };
    }

    /// <summary>The usage of an answer that is audio; null when nothing is told.</summary>
    public static TokenUsage? OfSpeech(ReadOnlySpan<byte> usage)
    {
        var counts = Read(usage);
        return counts is { Input: { } input, Output: { } output }
            ? new TokenUsage { Input = input, Output = 0, AudioOutput = output }
            : null;
    }

    /// <summary>The usage of a call that is charged by the length of its recording.</summary>
    public static TokenUsage OfSeconds(long seconds, UsageQuirks quirks) => new()
    {
        Input = 0,
        Output = 0,
        Seconds = (quirks & UsageQuirks.TenSecondsMin) != 0 ? Math.Max(seconds, SecondsMin) : seconds,
    };

    /// <summary>
    /// Seconds, begun ones whole, that are the value of the member at whose name the reader stands; null when it tells nothing
    /// of the kind. OpenAI writes the duration of verbose answers as a number, and has written it as a text.
    /// </summary>
    public static long? ReadSeconds(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isNumber = reader.TokenType is JsonTokenType.Number or JsonTokenType.String;
        var isRead = System.Buffers.Text.Utf8Parser.TryParse(isNumber ? reader.ValueSpan : [], out double seconds, out var length)
            && length == reader.ValueSpan.Length;
        reader.Skip();
        return isRead && seconds is >= 0 and <= VendorCount.Max ? (long)Math.Ceiling(seconds) : null;
    }

    private static (long? Seconds, long? Input, long? Text, long? Audio, long? Output) Read(ReadOnlySpan<byte> usage)
    {
        (long? Seconds, long? Input, long? Text, long? Audio, long? Output) counts = default;
        if (usage is not [(byte)'{', ..])
        {
            return counts;
        }

        var reader = new Utf8JsonReader(usage);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "seconds"u8))
            {
                counts.Seconds = ReadSeconds(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "input_tokens"u8))
            {
                counts.Input = VendorCount.Read(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "output_tokens"u8))
            {
                counts.Output = VendorCount.Read(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "input_token_details"u8))
            {
                (counts.Text, counts.Audio) = ReadDetails(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return counts;
    }

    private static (long? Text, long? Audio) ReadDetails(ref Utf8JsonReader reader)
    {
        (long? Text, long? Audio) details = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return details;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "text_tokens"u8))
            {
                details.Text = VendorCount.Read(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "audio_tokens"u8))
            {
                details.Audio = VendorCount.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return details;
    }
}
