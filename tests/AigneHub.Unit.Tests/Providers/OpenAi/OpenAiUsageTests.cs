using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

public class OpenAiUsageTests
{
    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}""", 10, null, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5}""", 10, null, 5)]
    [InlineData("""{"prompt_tokens":10,"total_tokens":15}""", 10, null, 5)]
    [InlineData("""{"completion_tokens":5,"total_tokens":15}""", 10, null, 5)]
    [InlineData("""{"prompt_tokens":10.0,"completion_tokens":5e0}""", 10, null, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4}}""", 6, 4, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_cache_hit_tokens":4,"prompt_cache_miss_tokens":6}""", 6, 4, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":40}}""", 10, 40, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":null}""", 10, null, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":0}""", 10, null, 5)]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", 0, null, 0)]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":5}""", null, null, 5)]
    [InlineData("""{"prompt_tokens":"10","completion_tokens":5}""", null, null, 5)]
    [InlineData("""{"prompt_tokens":10.5,"completion_tokens":5}""", null, null, 5)]
    [InlineData("""{"prompt_tokens":1000000001,"completion_tokens":5}""", null, null, 5)]
    [InlineData("""{"prompt_tokens":99999999999999999999999999,"completion_tokens":5}""", null, null, 5)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":null}""", 10, null, null)]
    [InlineData("""{"prompt_tokens":20,"total_tokens":15}""", 20, null, null)]
    [InlineData("""{"prompt_tokens":[1,2],"completion_tokens":{"a":1},"total_tokens":7}""", null, null, null)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":NaN}""", null, null, null)]
    [InlineData("""{"prompt_tokens":10""", null, null, null)]
    [InlineData("{}", null, null, null)]
    [InlineData("null", null, null, null)]
    [InlineData("", null, null, null)]
    public void TryRead_WhatVendorsWrite_IsDisjointOrUnknown(string json, int? input, int? cached, int? output)
    {
        var known = OpenAiUsage.TryRead(Encoding.UTF8.GetBytes(json), UsageQuirks.None, out var usage);

        Assert.Equal(new TokenUsage { Input = input, CachedInput = cached, Output = output }, usage);
        Assert.Equal(input is not null || output is not null, known);
        Assert.Equal(input is not null && output is not null, usage.IsComplete);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":9,"completion_tokens":8,"total_tokens":17,"completion_tokens_details":{"reasoning_tokens":6}}""", 8)]
    [InlineData("""{"prompt_tokens":9,"completion_tokens":8,"total_tokens":23,"completion_tokens_details":{"reasoning_tokens":6}}""", 14)]
    [InlineData("""{"prompt_tokens":9,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":6}}""", 7)]
    [InlineData("""{"prompt_tokens":9,"completion_tokens":8,"total_tokens":99,"completion_tokens_details":{"reasoning_tokens":6}}""", 8)]
    public void TryRead_Reasoning_IsBilledOnceWhereverItIsCounted(string json, int output)
    {
        Assert.True(OpenAiUsage.TryRead(Encoding.UTF8.GetBytes(json), UsageQuirks.None, out var usage));

        Assert.Equal(output, usage.Output);
        Assert.Equal(6, usage.Reasoning);
    }

    [Fact]
    public void TryRead_HiddenOutput_IsWhatIsMissingToTheTotal()
    {
        var json = """{"completion_tokens":198,"prompt_tokens":20,"total_tokens":623}"""u8;

        Assert.True(OpenAiUsage.TryRead(json, UsageQuirks.HiddenOutputInTotal, out var google));
        Assert.True(OpenAiUsage.TryRead(json, UsageQuirks.None, out var other));

        Assert.Equal(603, google.Output);
        Assert.Equal(198, other.Output);
    }

    [Fact]
    public void TryRead_AudioAndCacheWrites_AreTakenOutOfTheirSides()
    {
        Assert.True(OpenAiUsage.TryRead(
            """
            {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
             "prompt_tokens_details":{"cached_tokens":30,"cache_write_tokens":20,"audio_tokens":10},
             "completion_tokens_details":{"reasoning_tokens":5,"audio_tokens":15}}
            """u8,
            UsageQuirks.None, out var usage));

        Assert.Equal(
            new TokenUsage
            {
                Input = 40,
                CachedInput = 30,
                CacheWrite5m = 20,
                AudioInput = 10,
                Output = 35,
                Reasoning = 5,
                AudioOutput = 15,
            },
            usage);
        var apart = usage.ToUnits(reasoningApart: true);
        Assert.Equal(
            [40, 30, 20, 10, 30, 5, 15],
            [
                apart[UnitKind.Input], apart[UnitKind.CachedInput], apart[UnitKind.CacheWrite5m], apart[UnitKind.AudioInput],
                apart[UnitKind.Output], apart[UnitKind.Reasoning], apart[UnitKind.AudioOutput],
            ]);
        var together = usage.ToUnits(reasoningApart: false);
        Assert.Equal((35, 0), (together[UnitKind.Output], together[UnitKind.Reasoning]));
        Assert.Equal(150, Enum.GetValues<UnitKind>().Sum(kind => together[kind]));
    }

    [Fact]
    public void ToUnits_UnknownCounts_AreZero()
    {
        var units = default(TokenUsage).ToUnits(reasoningApart: true);

        Assert.All(Enum.GetValues<UnitKind>(), kind => Assert.Equal(0, units[kind]));
    }
}
