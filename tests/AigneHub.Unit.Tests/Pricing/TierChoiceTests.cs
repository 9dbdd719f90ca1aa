using AigneHub.Core.Pricing;
using CsCheck;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>Which tier a call is charged at, against a choice that looks at each tier by itself.</summary>
public sealed class TierChoiceTests
{
    private const long Size = 2_000_000;
    private static readonly UnitKind[] Prompt =
        [UnitKind.Input, UnitKind.CachedInput, UnitKind.CacheWrite5m, UnitKind.CacheWrite1h, UnitKind.AudioInput, UnitKind.ImageInput];

    // Others are counted, but are no part of the prompt.
    private static readonly UnitKind[] Charged = [.. Prompt, UnitKind.Output, UnitKind.Reasoning, UnitKind.AudioOutput];

    private static readonly Gen<Rate> AnyRate = Gen.Select(
        Gen.Long[0, 1_000_000], Gen.Select(Gen.Long[1, Size], Gen.Long[0, 1_000_000]).Array[0, 4],
        (start, tiers) => new Rate(
            start,
            [.. tiers.DistinctBy(tier => tier.Item1).OrderBy(tier => tier.Item1).Select(tier => new RateTier(tier.Item1, tier.Item2))]));

    [Fact]
    public void For_AnyCall_TakesTheTierWithTheHighestThresholdThatThePromptExceeds() =>
        Gen.Select(AnyRate.Array[Charged.Length], Gen.Long[0, Size].Array[Charged.Length], Gen.Int[0, 1_000_000])
        .Sample((rates, counts, seed) =>
        {
            var random = new Random(seed);
            MeetAThreshold(rates, counts, random);
            var units = default(UnitCounts);
            for (var i = 0; i < Charged.Length; i++)
            {
                units[Charged[i]] = counts[i];
            }

            var model = new ModelRates(Charged.Select((kind, i) => (kind, i)).ToDictionary(one => one.kind, one => rates[one.i]));
            var lines = PriceLines.For(model, units, neverFree: random.Next(2) == 0);
            var prompt = counts[..Prompt.Length].Sum();
            var expected = Charged.Select((kind, i) => (kind, counts[i], Of(rates[i], prompt))).Where(line => line.Item2 > 0);
            Assert.Equal(
                expected.OrderBy(line => line.kind),
                lines.Select(line => (line.Kind, line.Units, line.Rate!.Value)).OrderBy(line => line.Kind));
        }, iter: 20_000);

    /// <summary>Written without the order of the tiers.</summary>
    private static long Of(Rate rate, long prompt)
    {
        var exceeded = rate.Tiers.Where(tier => tier.Above < prompt).ToList();
        return exceeded.Count == 0 ? rate.Base : exceeded.Single(tier => exceeded.All(other => other.Above <= tier.Above)).Rate;
    }

    /// <summary>In most calls the prompt is as long as a tier's threshold, or differs by one: there it is decided.</summary>
    private static void MeetAThreshold(Rate[] rates, long[] counts, Random random)
    {
        var thresholds = rates.SelectMany(rate => rate.Tiers).Select(tier => tier.Above).ToArray();
        if (thresholds.Length == 0 || random.Next(4) == 0)
        {
            return;
        }

        var left = thresholds[random.Next(thresholds.Length)] + random.Next(-1, 2);
        for (var i = 0; i < Prompt.Length; i++)
        {
            counts[i] = i == Prompt.Length - 1 ? left : random.NextInt64(left + 1);
            left -= counts[i];
        }
    }
}
