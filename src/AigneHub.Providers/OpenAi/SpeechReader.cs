using System.Buffers;
using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// Speech (<see href="https://platform.openai.com/docs/api-reference/audio/createSpeech"/>): the answer is bytes, which tell of no
/// usage, or events (<c>stream_format: sse</c>), which do.
/// </summary>
internal sealed class SpeechReader : IAnswerReader
{
    /// <summary>One for 50 ms, as OpenAI counts generated sound (https://platform.openai.com/docs/guides/realtime-costs).</summary>
    private const int AudioTokensPerSecond = 20;

    /// <summary>English is spoken at about 15 characters a second.</summary>
    private const int CharactersPerSecond = 15;

    public ModelApi Api => ModelApi.OpenAiSpeech;

    public IStreamTap NewTap(UsageQuirks quirks, int textBytesMax) => new AudioStreamTap(quirks, textBytesMax);

    /// <summary>An answer is never a document.</summary>
    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks) => new(false, null, VendorError.TryRead(body));

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => TextPrompt.Count(request, counter);

    public bool Fits(in TokenUsage usage, ModelRates? rates) =>
        rates?[UnitKind.Character] is null || rates[UnitKind.AudioOutput] is not null;

    /// <summary>
    /// By the characters of <c>input</c>, all of which the vendor charges for once it answers; by tokens where the model's price
    /// knows of them only.
    /// </summary>
    public TokenUsage Estimate(in UnreportedCall call, TokenCounter counter)
    {
        var characters = CharactersOf(call.Request);
        if (call.Rates is null || call.Rates[UnitKind.Character] is not null)
        {
            return new TokenUsage { Input = 0, Output = 0, Characters = characters };
        }

        var milliseconds = call.Spoken ?? characters * 1000 / CharactersPerSecond;
        return new TokenUsage
        {
            Input = CountPrompt(call.Request, counter),
            Output = 0,
            AudioOutput = ((milliseconds * AudioTokensPerSecond) + 999) / 1000,
        };
    }

    /// <summary>Unicode scalar values of the member <c>input</c>.</summary>
    private static long CharactersOf(ReadOnlySpan<byte> request)
    {
        var reader = new Utf8JsonReader(request);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isInput = JsonScan.TextIs(ref reader, "input"u8);
            reader.Read();
            if (isInput && reader.TokenType == JsonTokenType.String)
            {
                return Count(ref reader);
            }

            reader.Skip();
        }

        return 0;
    }

    private static long Count(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return CountOf(reader.ValueSpan);
        }

        var text = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return CountOf(text.AsSpan(0, reader.CopyString(text)));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: the vendor is the one to refuse it.
            return CountOf(reader.ValueSpan);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static long CountOf(ReadOnlySpan<byte> utf8)
    {
        long count = 0;
        foreach (var part in utf8)
        {
            count += (part & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }
}
