using System.Numerics;
using AigneHub.Core.Pricing;
using CsCheck;

namespace AigneHub.Unit.Tests.Pricing;

public sealed class PriceLinesTests
{
    private const long Usd = Nano.PerWhole;

    private static ModelRates Rates(params (UnitKind Kind, Rate Rate)[] rates) =>
        new(rates.ToDictionary(r => r.Kind, r => r.Rate));

    private static ModelRates Flat(params (UnitKind Kind, long Rate)[] rates) =>
        new(rates.ToDictionary(r => r.Kind, r => Rate.Flat(r.Rate)));

    private static UnitCounts Units(params (UnitKind Kind, long Units)[] counts)
    {
        var units = new UnitCounts();
        foreach (var (kind, count) in counts)
        {
            units[kind] = count;
        }

        return units;
    }

    [Fact]
    public void For_CacheTokens_AreChargedOnce()
    {
        // 10,000 prompt tokens: 1,000 plain, 7,000 read from the cache, 2,000 written to it.
        var rates = Flat(
            (UnitKind.Input, 3 * Usd), (UnitKind.CachedInput, 300_000_000),
            (UnitKind.CacheWrite5m, 3_750_000_000), (UnitKind.Output, 15 * Usd));
        var lines = PriceLines.For(rates, Units(
            (UnitKind.Input, 1_000), (UnitKind.CachedInput, 7_000), (UnitKind.CacheWrite5m, 2_000), (UnitKind.Output, 500)));

        Assert.Equal(10_500, lines.Sum(l => l.Units));
        Assert.Equal(lines.Length, lines.Select(l => l.Kind).Distinct().Count());
        Assert.Equal(3_000_000 + 2_100_000 + 7_500_000 + 7_500_000, Cost.Of(lines));
    }

    [Fact]
    public void For_Thoughts_AreCharged()
    {
        // 8,000 of 8,150 generated tokens were thoughts.
        var units = Units((UnitKind.Input, 100), (UnitKind.Output, 150), (UnitKind.Reasoning, 8_000));
        var atOutput = PriceLines.For(Flat((UnitKind.Input, Usd), (UnitKind.Output, 10 * Usd)), units);
        var apart = PriceLines.For(
            Flat((UnitKind.Input, Usd), (UnitKind.Output, 10 * Usd), (UnitKind.Reasoning, 3 * Usd)), units);

        Assert.Equal(100_000 + 81_500_000, Cost.Of(atOutput));
        Assert.Equal(100_000 + 1_500_000 + 24_000_000, Cost.Of(apart));
    }

    [Theory]
    [InlineData(UnitKind.CachedInput, 1)]
    [InlineData(UnitKind.CacheWrite5m, 1)]
    [InlineData(UnitKind.CacheWrite1h, 1)]
    [InlineData(UnitKind.Reasoning, 2)]
    public void For_KindWithoutRate_FallsBackToTheBaseRate(UnitKind kind, long usd)
    {
        var lines = PriceLines.For(Flat((UnitKind.Input, Usd), (UnitKind.Output, 2 * Usd)), Units((kind, 10)));
        Assert.Equal([new PriceLine(kind, 10, usd * Usd)], lines);
    }

    [Fact]
    public void For_HourOfCacheWithoutRate_TakesTheFiveMinutes()
    {
        var rates = Flat((UnitKind.Input, Usd), (UnitKind.CacheWrite5m, 2 * Usd));
        var lines = PriceLines.For(rates, Units((UnitKind.CacheWrite1h, 10)));
        Assert.Equal([new PriceLine(UnitKind.CacheWrite1h, 10, 2 * Usd)], lines);
    }

    [Theory]
    [InlineData(UnitKind.Input)]
    [InlineData(UnitKind.Output)]
    [InlineData(UnitKind.AudioInput)]
    [InlineData(UnitKind.AudioOutput)]
    [InlineData(UnitKind.ImageInput)]
    [InlineData(UnitKind.ImageOutput)]
    [InlineData(UnitKind.Image)]
    [InlineData(UnitKind.Second)]
    [InlineData(UnitKind.Character)]
    [InlineData(UnitKind.Request)]
    public void For_AnyOtherKindWithoutRate_IsUnpriced(UnitKind kind)
    {
        var all = Enum.GetValues<UnitKind>().Where(k => k != kind).ToDictionary(k => k, _ => Rate.Flat(1));
        var lines = PriceLines.For(new ModelRates(all), Units((kind, 10)));
        Assert.Null(Assert.Single(lines, l => l.Kind == kind).Rate);
        Assert.Null(Cost.Of(lines));
    }

    [Theory]
    [InlineData(true, 7L)]
    [InlineData(false, null)]
    public void For_SearchesWithoutRate_LeaveTheTokensTheirPrice(bool hasTokens, long? cost)
    {
        var rates = new ModelRates(new Dictionary<UnitKind, Rate>
        {
            [UnitKind.Input] = Rate.Flat(PriceLine.UnitsPerRate),
            [hasTokens ? UnitKind.Output : UnitKind.Character] = Rate.Flat(PriceLine.UnitsPerRate),
        });
        Assert.Equal(cost, Cost.Of(PriceLines.For(rates, Units((UnitKind.Input, 7), (UnitKind.Search, 2)))));
    }

    [Theory]
    [InlineData(200_000, 1)]
    [InlineData(200_001, 2)]
    [InlineData(500_000, 2)]
    [InlineData(500_001, 4)]
    public void For_Tier_HoldsAboveTheExactThreshold(long prompt, long usd)
    {
        var rates = Rates(
            (UnitKind.Input, new Rate(Usd, [new RateTier(200_000, 2 * Usd), new RateTier(500_000, 4 * Usd)])),
            (UnitKind.Output, new Rate(Usd, [new RateTier(200_000, 2 * Usd), new RateTier(500_000, 4 * Usd)])));
        var lines = PriceLines.For(rates, Units((UnitKind.Input, prompt), (UnitKind.Output, 1)));
        Assert.All(lines, line => Assert.Equal(usd * Usd, line.Rate));
    }

    [Theory]
    [InlineData(UnitKind.CachedInput)]
    [InlineData(UnitKind.CacheWrite5m)]
    [InlineData(UnitKind.CacheWrite1h)]
    [InlineData(UnitKind.AudioInput)]
    [InlineData(UnitKind.ImageInput)]
    public void For_Tier_CountsEveryKindOfPromptToken(UnitKind kind)
    {
        var rate = new Rate(Usd, [new RateTier(100, 2 * Usd)]);
        var rates = Rates((UnitKind.Input, rate), (kind, rate));
        var lines = PriceLines.For(rates, Units((UnitKind.Input, 50), (kind, 51)));
        Assert.All(lines, line => Assert.Equal(2 * Usd, line.Rate));
    }

    [Fact]
    public void For_Tier_OutputDoesNotCount()
    {
        var rates = Rates((UnitKind.Input, new Rate(Usd, [new RateTier(100, 2 * Usd)])), (UnitKind.Output, Rate.Flat(Usd)));
        var lines = PriceLines.For(rates, Units((UnitKind.Input, 100), (UnitKind.Output, 10_000)));
        Assert.Equal(Usd, lines[0].Rate);
    }

    [Fact]
    public void For_ModelPricedPerRequest_ChargesOneRequestUnlessCounted()
    {
        var rates = Flat((UnitKind.Input, Usd), (UnitKind.Request, 12_000 * Usd));
        var uncounted = PriceLines.For(rates, Units((UnitKind.Input, 1)));
        var counted = PriceLines.For(rates, Units((UnitKind.Input, 1), (UnitKind.Request, 3)));
        Assert.Equal(new PriceLine(UnitKind.Request, 1, 12_000 * Usd), uncounted[1]);
        Assert.Equal(new PriceLine(UnitKind.Request, 3, 12_000 * Usd), counted[1]);
        Assert.Empty(PriceLines.For(rates, default));
    }

    [Fact]
    public void For_NoRates_KeepsTheUnits()
    {
        var lines = PriceLines.For(null, Units((UnitKind.Input, 7), (UnitKind.Output, 8)));
        Assert.Equal([new PriceLine(UnitKind.Input, 7, null), new PriceLine(UnitKind.Output, 8, null)], lines);
    }

    [Fact]
    public void For_SteadyState_AllocatesTheLinesOnly()
    {
        var rates = Flat((UnitKind.Input, Usd), (UnitKind.Output, Usd));
        var units = Units((UnitKind.Input, 7), (UnitKind.Output, 8));
        PriceLines.For(rates, units);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var lines = PriceLines.For(rates, units);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(2, lines.Length);
        Assert.InRange(allocated, 1, 24 + (2 * 40));
    }

    [Fact]
    public void UnitCounts_HasRoomForEveryKind()
    {
        var units = new UnitCounts();
        foreach (var kind in Enum.GetValues<UnitKind>())
        {
            units[kind] = (long)kind + 1;
        }

        Assert.All(Enum.GetValues<UnitKind>(), kind => Assert.Equal((long)kind + 1, units[kind]));
        Assert.Equal(UnitKinds.Count, Enum.GetValues<UnitKind>().Length);
    }

    [Fact]
    public void UnitCounts_NegativeCount_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Units((UnitKind.Input, -1)));

    [Fact]
    public void PromptTokens_BeyondSixtyFourBits_Throws()
    {
        var units = Units((UnitKind.Input, long.MaxValue), (UnitKind.CachedInput, 1));
        Assert.Throws<OverflowException>(() => units.PromptTokens);
    }

    [Fact]
    public void Cost_AnyLines_IsTheRationalSumRoundedHalfUp()
    {
        var line = Gen.Select(Gen.Int[0, UnitKinds.Count - 1], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40]);
        line.Array[0, 8].Sample(values =>
        {
            var lines = values.Select(v => new PriceLine((UnitKind)v.Item1, v.Item2, v.Item3)).ToArray();
            var sum = values.Aggregate(BigInteger.Zero, (total, v) => total + ((BigInteger)v.Item2 * v.Item3));
            var expected = ((2 * sum) + 1_000_000) / 2_000_000;
            if (expected > long.MaxValue)
            {
                Assert.Throws<OverflowException>(() => Cost.Of(lines));
            }
            else
            {
                Assert.Equal(expected, Cost.Of(lines)!.Value);
            }
        });
    }

    [Theory]
    [InlineData(499_999, 0)]
    [InlineData(500_000, 1)]
    [InlineData(1_499_999, 1)]
    [InlineData(1_500_000, 2)]
    public void Cost_Half_RoundsUp(long units, long expected) =>
        Assert.Equal(expected, Cost.Of([new PriceLine(UnitKind.Input, units, 1)]));

    [Fact]
    public void ModelRates_NegativeOrUnorderedRates_Throw()
    {
        Assert.Throws<ArgumentException>(() => Flat((UnitKind.Input, -1)));
        Assert.Throws<ArgumentException>(() => Rates((UnitKind.Input, new Rate(1, [new RateTier(2, 1), new RateTier(2, 1)]))));
        Assert.Throws<ArgumentException>(() => Rates((UnitKind.Input, new Rate(1, [new RateTier(2, -1)]))));
    }
}
