using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>
/// What users of gateways complained about most: calls that cost too much or nothing. Each test prices the vendor's own words; the
/// sums were worked out by hand, in millionths of a USD.
/// </summary>
public sealed class PriceComplaintTests
{
    /// <summary>USD a million: input 3, read from a cache 0.30, written to one 3.75, output 15.</summary>
    private static readonly ModelRates Sonnet = Rates(("input", 3_000), ("cached_input", 300), ("cache_write_5m", 3_750), ("output", 15_000));

    /// <summary>USD a million: input 0.80, read from a cache 0.08, written to one 1, output 4.</summary>
    private static readonly ModelRates Haiku = Rates(("input", 800), ("cached_input", 80), ("cache_write_5m", 1_000), ("output", 4_000));

    /// <summary>USD a million: input 5, read from a cache 0.50, written to one 6.25, output 25.</summary>
    private static readonly ModelRates Opus = Rates(("input", 5_000), ("cached_input", 500), ("cache_write_5m", 6_250), ("output", 25_000));

    /// <summary>3 × 3 + 12,304 × 3.75 + 550 × 15 = 54,399, not 91,311 with what was written charged as input, too.</summary>
    [Fact]
    public void CacheCreationTokens_AreNotChargedTwice() => AssertCost(54_399_000, Sonnet, ModelApi.AnthropicMessages,
        Message("""{"input_tokens":3,"cache_creation_input_tokens":12304,"cache_read_input_tokens":0,"output_tokens":550}"""));

    /// <summary>10 × 5 + 66,360 × 0.5 + 32,435 × 6.25 + 5,120 × 25 = 363,948.75.</summary>
    [Fact]
    public void CachedTokens_ReadAndWrittenTogether_EachHaveTheirPrice() => AssertCost(363_948_750, Opus, ModelApi.AnthropicMessages,
        Message("""{"input_tokens":10,"cache_creation_input_tokens":32435,"cache_read_input_tokens":66360,"output_tokens":5120}"""));

    /// <summary>4 × 0.8 + 2,455 × 0.08 + 23 × 4 = 291.6 in both ways, not ten times as much in a stream.</summary>
    [Fact]
    public void CachedTokens_InAStream_CostWhatTheyCostInAWholeAnswer()
    {
        AssertCost(291_600, Haiku, ModelApi.AnthropicMessages,
            Message("""{"input_tokens":4,"cache_creation_input_tokens":0,"cache_read_input_tokens":2455,"output_tokens":23}"""));
        AssertStreamCost(291_600, Haiku, ModelApi.AnthropicMessages,
            """{"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":4,"cache_creation_input_tokens":0,"cache_read_input_tokens":2455,"output_tokens":1}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":23}}""",
            """{"type":"message_stop"}""");
    }

    /// <summary>(16,111 − 15,872) × 0.8 + 15,872 × 0.08 + 2 × 4 = 1,468.96, though the last chunk with usage has a choice.</summary>
    [Fact]
    public void CachedTokens_InAChunkWithAChoice_AreSeen() => AssertStreamCost(1_468_960, Haiku, ModelApi.OpenAiChat,
        """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hi"}}]}""",
        """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"completion_tokens":2,"prompt_tokens":16111,"total_tokens":16113,"prompt_tokens_details":{"cached_tokens":15872}}}""");

    /// <summary>
    /// With prices set by hand, 100 × 3 + 200 × 0.3 + 700 × 3.75 + 10 × 15 = 3,135; and where the vendor counts cached tokens within the
    /// prompt, (6,074 − 3,456) × 3 + 3,456 × 0.3 + 285 × 15 = 13,165.8.
    /// </summary>
    [Fact]
    public void CustomPrices_ChargeCachedTokensOnceWhateverTheVendorsConvention()
    {
        var model = new ModelEntry("p", "m", null, null, null, null);
        var custom = new PriceRules(
            new Dictionary<string, Margin>(), CreditPrices.OneUsd, new Dictionary<string, ModelRates> { ["p/m"] = Sonnet })
            .PriceOf(model, Opus)!;
        AssertCost(3_135_000, custom, ModelApi.AnthropicMessages,
            Message("""{"input_tokens":100,"cache_creation_input_tokens":700,"cache_read_input_tokens":200,"output_tokens":10}"""));
        AssertCost(13_165_800, custom, ModelApi.OpenAiChat,
            Completion("""{"prompt_tokens":6074,"completion_tokens":285,"total_tokens":6359,"prompt_tokens_details":{"cached_tokens":3456}}"""));
    }

    /// <summary>(151 + 18,329) × 0.5 + (1,089 + 1,120) × 3 = 15,867: what tools brought into the prompt is no output.</summary>
    [Fact]
    public void GeminisToolUsePrompt_IsChargedAsInput() => AssertCost(
        15_867_000, Rates(("input", 500), ("output", 3_000)), ModelApi.GeminiGenerateContent, Gemini(
            """{"promptTokenCount":151,"candidatesTokenCount":1089,"totalTokenCount":20689,"toolUsePromptTokenCount":18329,"thoughtsTokenCount":1120}"""));

    /// <summary>100 × 0.3 + (150 + 8,000) × 2.5 = 20,405: thoughts are charged though nobody sees them.</summary>
    [Fact]
    public void GeminisThoughts_AreChargedAsOutput() => AssertCost(
        20_405_000, Rates(("input", 300), ("output", 2_500)), ModelApi.GeminiGenerateContent, Gemini(
            """{"promptTokenCount":100,"candidatesTokenCount":150,"totalTokenCount":8250,"thoughtsTokenCount":8000}"""));

    /// <summary>100 × 3 + 20 × 15 = 600 whatever the total says: nothing is charged by it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(""","total_tokens":0""")]
    [InlineData(""","total_tokens":null""")]
    [InlineData(""","total_tokens":120""")]
    public void TotalTokens_AbsentOrZero_ChangeNothing(string total) => AssertCost(
        600_000, Sonnet, ModelApi.OpenAiChat, Completion($$"""{"prompt_tokens":100,"completion_tokens":20{{total}}}"""));

    /// <summary>
    /// A price per million entered per token makes calls cost nothing, one per token entered per million makes every limit run out with
    /// the first call: neither comes into a catalogue unseen.
    /// </summary>
    [Theory]
    [InlineData(3_000_000_000, 3_000)]
    [InlineData(3_000, 3_000_000_000)]
    public void PriceOfAnotherUnit_IsSuspicious(long before, long after)
    {
        var drift = CatalogueDrift.Between(Catalogue(before), Catalogue(after));
        Assert.True(drift.IsSuspicious);
        Assert.False(CatalogueDrift.Between(Catalogue(before), Catalogue(before * 9)).IsSuspicious);
    }

    private static void AssertCost(long nano, ModelRates rates, ModelApi api, string answer) =>
        AssertCost(nano, rates, AnswerReaders.For(api).Read(Encoding.UTF8.GetBytes(answer), UsageQuirks.None).Usage);

    private static void AssertStreamCost(long nano, ModelRates rates, ModelApi api, params IEnumerable<string> events)
    {
        using var tap = AnswerReaders.For(api).NewTap(UsageQuirks.None, 1 << 20)!;
        foreach (var data in events)
        {
            tap.Read(Encoding.UTF8.GetBytes($"data: {data}\n\n"));
        }

        AssertCost(nano, rates, tap.Usage);
    }

    private static void AssertCost(long nano, ModelRates rates, TokenUsage? usage) =>
        Assert.Equal(nano, Cost.Of(PriceLines.For(rates, usage!.Value.ToUnits(reasoningApart: false))));

    private static string Message(string usage) =>
        $$"""{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{{usage}}}""";

    private static string Completion(string usage) =>
        $$"""{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{{usage}}}""";

    private static string Gemini(string usage) =>
        $$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{{usage}}}""";

    private static PriceCatalogue Catalogue(long input) => PriceCatalogue.Parse(Encoding.UTF8.GetBytes(
        $$$"""{"format":1,"asOf":"2026-11-23","providers":{"openai":[{"id":"m","rates":{"input":{{{input}}}}}]}}"""));

    /// <param name="rates">In thousandths of a USD a million.</param>
    private static ModelRates Rates(params (string Line, long Rate)[] rates) => RateLines.TryRead(
        rates.ToDictionary(rate => rate.Line, rate => rate.Rate * 1_000_000), long.MaxValue, out var read, out _) ? read : throw new FormatException();
}
