using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.Audio;

public sealed class AudioReadersTests
{
    private static readonly IAnswerReader Transcriptions = AnswerReaders.For(ModelApi.OpenAiTranscriptions);
    private static readonly IAnswerReader Speech = AnswerReaders.For(ModelApi.OpenAiSpeech);

    [Theory]
    [InlineData("""{"text":"a","usage":{"type":"duration","seconds":37}}""", 37L)]
    [InlineData("""{"text":"a","usage":{"type":"duration","seconds":36.2}}""", 37L)]
    [InlineData("""{"text":"a","duration":36.709999084472656}""", 37L)]
    [InlineData("""{"text":"a","duration":"36.71"}""", 37L)]
    [InlineData("""{"text":"a","duration":36.7,"usage":{"seconds":38}}""", 38L)]
    [InlineData("""{"text":"a","duration":"long"}""", null)]
    [InlineData("""{"text":"a","duration":-1}""", null)]
    [InlineData("""{"text":"a","duration":1e300}""", null)]
    [InlineData("""{"text":"a","usage":null}""", null)]
    [InlineData("""{"text":""}""", null)]
    public void Read_Transcription_TellsItsSeconds(string body, long? seconds)
    {
        var read = Read(Transcriptions, body);

        Assert.True(read.IsAnswer);
        Assert.Equal(seconds is null ? null : new TokenUsage { Input = 0, Output = 0, Seconds = seconds }, read.Usage);
    }

    [Theory]
    [InlineData("""{"input_tokens":14,"input_token_details":{"text_tokens":4,"audio_tokens":10},"output_tokens":45}""", 4L, 10L)]
    [InlineData("""{"input_tokens":14,"input_token_details":{"audio_tokens":10},"output_tokens":45}""", 4L, 10L)]
    [InlineData("""{"input_tokens":14,"input_token_details":{"text_tokens":4},"output_tokens":45}""", 4L, 10L)]
    [InlineData("""{"input_tokens":14,"output_tokens":45}""", 0L, 14L)]
    public void Read_Transcription_TellsItsTokens(string usage, long text, long audio) => Assert.Equal(
        new TokenUsage { Input = text, AudioInput = audio, Output = 45 }, Read(Transcriptions, $$"""{"text":"a","usage":{{usage}}}""").Usage);

    [Theory]
    [InlineData("""{"error":{"message":"no"}}""", "no")]
    [InlineData("""{"text":"a","error":{"message":"no"}}""", "no")]
    [InlineData("""{"txt":"a"}""", null)]
    [InlineData("""{"text":"a" """, null)]
    [InlineData("""{"text":7}""", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void Read_NoTranscription_IsNoAnswer(string body, string? message)
    {
        var read = Read(Transcriptions, body);

        Assert.False(read.IsAnswer);
        Assert.Equal(message, read.Error?.Message);
    }

    [Fact]
    public void Read_ShortAudioOfGroq_IsTenSeconds() => Assert.Equal(
        10, Transcriptions.Read("""{"text":"a","duration":2.1}"""u8, UsageQuirks.TenSecondsMin).Usage!.Value.Seconds);

    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("TEXT/VTT", true)]
    [InlineData("application/x-subrip", true)]
    [InlineData("text/html", false)]
    [InlineData("application/json", false)]
    [InlineData(null, false)]
    public void TakesText_OfATranscription_IsTextAlone(string? mediaType, bool taken)
    {
        Assert.Equal(taken, Transcriptions.TakesText(mediaType));
        Assert.False(AnswerReaders.For(ModelApi.OpenAiChat).TakesText(mediaType));
    }

    [Fact]
    public void Estimate_OfATranscription_GoesByItsPrice()
    {
        // 2.5 s at 16,000 bytes a second, told by its size alone.
        Assert.Equal(new TokenUsage { Input = 0, Output = 0, Seconds = 3 }, Estimate(null));
        Assert.Equal(new TokenUsage { Input = 0, Output = 0, Seconds = 3 }, Estimate(UnitKind.Second));
        Assert.Equal(new TokenUsage { Input = 1, AudioInput = 30, Output = 9 }, Estimate(UnitKind.AudioInput));

        static TokenUsage Estimate(UnitKind? priced) => Transcriptions.Estimate(
            new UnreportedCall
            {
                Request = """{"model":"m","prompt":"Hello"}"""u8,
                File = (ReadOnlyMemory<byte>)new byte[40_000],
                Rates = Rates(priced),
                Delivered = 9,
            },
            SharedCounter.Instance);
    }

    [Theory]
    [InlineData(null, UnitKind.Second, false)]
    [InlineData(null, UnitKind.AudioInput, true)]
    [InlineData(null, null, true)]
    [InlineData(7L, UnitKind.Second, true)]
    [InlineData(7L, UnitKind.AudioInput, false)]
    [InlineData(7L, null, true)]
    public void Fits_UsageInOtherUnitsThanThePrice_DoesNot(long? seconds, UnitKind? priced, bool fits) => Assert.Equal(
        fits, Transcriptions.Fits(new TokenUsage { Input = 1, Output = 1, Seconds = seconds }, Rates(priced)));

    [Fact]
    public void Estimate_OfSecondsThatArePricedByTokens_GoesByTheSeconds() => Assert.Equal(
        new TokenUsage { Input = 0, AudioInput = 70, Output = 9 },
        Transcriptions.Estimate(
            new UnreportedCall
            {
                Request = """{"model":"m"}"""u8,
                Rates = Rates(UnitKind.AudioInput),
                Reported = new TokenUsage { Input = 0, Output = 0, Seconds = 7 },
                Delivered = 9,
            },
            SharedCounter.Instance));

    [Theory]
    [InlineData("""{"text":"Hello there"}""")]
    [InlineData("""{"text":"Hello there","x":1""")]
    [InlineData("Hello there")]
    public void CountDelivered_OfATranscription_IsItsText(string body) =>
        Assert.Equal(2, Transcriptions.CountDelivered(Encoding.UTF8.GetBytes(body), SharedCounter.Instance));

    [Theory]
    [InlineData("Hello", 5)]
    [InlineData("Grüße, 🌍!", 9)]
    [InlineData("\\ud83c\\udf0d\\n", 2)]
    [InlineData("\\ud83c", 6)]
    [InlineData("你好", 2)]
    [InlineData("", 0)]
    public void Estimate_OfSpeech_CountsCharacters(string text, long characters) => Assert.Equal(
        new TokenUsage { Input = 0, Output = 0, Characters = characters },
        Speech.Estimate(
            new UnreportedCall { Request = Encoding.UTF8.GetBytes($$"""{"model":"m","input":"{{text}}"}"""), Rates = Rates(UnitKind.Character) },
            SharedCounter.Instance));

    [Theory]
    [InlineData(2500L, 50)]
    [InlineData(null, 7)]
    public void Estimate_OfSpeechThatIsPricedByTokens_CountsWhatWasSpoken(long? spoken, long tokens) => Assert.Equal(
        new TokenUsage { Input = 2, Output = 0, AudioOutput = tokens },
        Speech.Estimate(
            new UnreportedCall
            {
                Request = """{"model":"m","input":"Hello","instructions":"Hello"}"""u8,
                Rates = Rates(UnitKind.AudioOutput),
                Spoken = spoken,
            },
            SharedCounter.Instance));

    [Fact]
    public void Tap_OfATranscription_KnowsTextUsageAndEnd()
    {
        using var tap = Transcriptions.NewTap(UsageQuirks.None, 1 << 20)!;

        Assert.Equal(StreamEventKind.Content, Event(tap, """{"type":"transcript.text.delta","delta":"Hello there"}"""));
        Assert.Equal((2, false), (tap.CountDelivered(SharedCounter.Instance), tap.SawFinish));
        Assert.Equal(StreamEventKind.Content, Event(
            tap, """{"type":"transcript.text.done","text":"Hello there","usage":{"type":"tokens","input_tokens":3,"input_token_details":{"text_tokens":1,"audio_tokens":2},"output_tokens":4}}"""));

        Assert.True(tap.SawFinish);
        Assert.Equal(new TokenUsage { Input = 1, AudioInput = 2, Output = 4 }, tap.Usage);
        Assert.Equal(2, tap.CountDelivered(SharedCounter.Instance));
    }

    [Fact]
    public void Tap_OfSpeech_KnowsUsageAndEnd()
    {
        using var tap = Speech.NewTap(UsageQuirks.None, 1 << 20)!;

        Assert.Equal(StreamEventKind.Content, Event(tap, """{"type":"speech.audio.delta","audio":"AAEC"}"""));
        Assert.False(tap.SawFinish);
        Assert.Equal(StreamEventKind.Content, Event(tap, """{"type":"speech.audio.done","usage":{"input_tokens":12,"output_tokens":34}}"""));

        Assert.True(tap.SawFinish);
        Assert.Equal(new TokenUsage { Input = 12, Output = 0, AudioOutput = 34 }, tap.Usage);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"message":"no"}}""", StreamEventKind.Error)]
    [InlineData("""{"error":{"message":"no"}}""", StreamEventKind.Error)]
    [InlineData("""{"delta":"a"}""", StreamEventKind.Malformed)]
    [InlineData("""{"type":7}""", StreamEventKind.Malformed)]
    [InlineData("""{"type":"transcript.text.segment","text":"a"}""", StreamEventKind.Content)]
    public void Tap_OtherEvents_AreTold(string data, StreamEventKind kind)
    {
        using var tap = Transcriptions.NewTap(UsageQuirks.None, 1 << 20)!;

        Assert.Equal(kind, Event(tap, data));
    }

    private static StreamEventKind Event(IStreamTap tap, string data) => tap.Read(Encoding.UTF8.GetBytes($"data: {data}\n\n"));

    private static AnswerReading Read(IAnswerReader reader, string body) => reader.Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

    private static ModelRates? Rates(UnitKind? kind) =>
        kind is { } priced ? new ModelRates(new Dictionary<UnitKind, Rate> { [priced] = Rate.Flat(1) }) : null;
}
