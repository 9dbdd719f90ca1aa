using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Watches the events of a streamed transcription
/// (<see href="https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event"/>) or of streamed speech
/// (<see href="https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event"/>) go by. The usage comes with the
/// last event.
/// </summary>
internal sealed class AudioStreamTap(UsageQuirks quirks, int textBytesMax) : SseStreamTap(textBytesMax)
{
    private protected override StreamEventKind ReadDocument(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> delta = default;
        ReadOnlySpan<byte> usage = default;
        var isTextDelta = false;
        var isTextDone = false;
        var isSpeechDone = false;
        var isError = false;
        var hasType = false;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "type"u8))
            {
                reader.Read();
                hasType = reader.TokenType == JsonTokenType.String;
                isTextDelta = hasType && JsonScan.TextIs(ref reader, "transcript.text.delta"u8);
                isTextDone = hasType && JsonScan.TextIs(ref reader, "transcript.text.done"u8);
                isSpeechDone = hasType && JsonScan.TextIs(ref reader, "speech.audio.done"u8);
                isError |= hasType && JsonScan.TextIs(ref reader, "error"u8);
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "delta"u8))
            {
                reader.Read();
                delta = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = JsonScan.Value(ref reader, data);
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                isError |= JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        if (isError)
        {
            return Failed(data);
        }

        if (!hasType)
        {
            return StreamEventKind.Malformed;
        }

        Text.Add(isTextDelta ? delta : []);
        if (isTextDone || isSpeechDone)
        {
            SawFinish = true;
            Usage = isTextDone ? AudioUsage.OfText(usage, quirks) : AudioUsage.OfSpeech(usage);
        }

        return StreamEventKind.Content;
    }
}
