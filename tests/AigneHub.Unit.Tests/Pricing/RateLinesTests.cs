using AigneHub.Core.Pricing;
using CsCheck;

namespace AigneHub.Unit.Tests.Pricing;

public sealed class RateLinesTests
{
    private const long Max = 1_000_000;

    /// <summary>Price lists with tiers and forms.</summary>
    public static readonly Gen<ModelRates> Any = Gen.Select(
        Gen.Select(
            Gen.Int[0, UnitKinds.Count - 1], Gen.Long[0, Max], Gen.Select(Gen.Long[1, 999_999], Gen.Long[0, Max]).Array[0, RateLines.TiersMax])
            .Array[0, 6],
        Gen.Select(Gen.OneOf("hd", "1024x1792", "hd:1024x1792"), Gen.Long[0, Max]).Array[0, 3],
        (kinds, forms) =>
        {
            var byKind = new Rate?[UnitKinds.Count];
            foreach (var (kind, start, tiers) in kinds)
            {
                byKind[kind] = new Rate(start, [.. tiers.DistinctBy(t => t.Item1).OrderBy(t => t.Item1).Select(t => new RateTier(t.Item1, t.Item2))]);
            }

            return new ModelRates(byKind, forms.DistinctBy(f => f.Item1).ToDictionary(f => new RateKey(UnitKind.Image, f.Item1), f => f.Item2));
        });

    [Fact]
    public void Of_AnyRates_ReadsBackTheSame() => Any.Sample(rates =>
    {
        var lines = RateLines.Of(rates);
        Assert.True(RateLines.TryRead(lines, Max, out var read, out _));
        Assert.Equal(lines, RateLines.Of(read));
        Assert.Equal(lines.Count, lines.Keys.Distinct().Count());
    });

    [Fact]
    public void Of_TiersAndForms_HaveTheirOwnLines()
    {
        var rates = new ModelRates(
            [new Rate(1, [new RateTier(200_000, 2), new RateTier(500_000, 3)])],
            new Dictionary<RateKey, long> { [new RateKey(UnitKind.Image, "hd")] = 4 });
        Assert.Equal(
            ["input=1", "input>200000=2", "input>500000=3", "image:hd=4"],
            RateLines.Of(rates).Select(line => $"{line.Key}={line.Value}"));
    }

    [Theory]
    [InlineData("tokens", 1)]
    [InlineData("input:hd", 1)]
    [InlineData("input>0", 1)]
    [InlineData("input>", 1)]
    [InlineData("input>-1", 1)]
    [InlineData("input>01", 1)]
    [InlineData("input>1000000000", 1)]
    [InlineData("image:hd>5", 1)]
    [InlineData("output>5", 1)]
    [InlineData("input", -1)]
    [InlineData("input", Max + 1)]
    public void TryRead_WrongLine_IsNamed(string line, long rate)
    {
        Assert.False(RateLines.TryRead(new Dictionary<string, long> { [line] = rate }, Max, out var rates, out var wrong));
        Assert.Null(rates);
        Assert.StartsWith(wrong.Line, line, StringComparison.Ordinal);
        Assert.NotEmpty(wrong.Message);
    }

    [Fact]
    public void TryRead_TooManyLinesOrTiers_IsRefused()
    {
        var tiers = Enumerable.Range(1, RateLines.TiersMax + 1).ToDictionary(above => $"input>{above}", _ => 1L);
        Assert.False(RateLines.TryRead(new Dictionary<string, long>(tiers) { ["input"] = 1 }, Max, out _, out _));
        var forms = Enumerable.Range(0, RateLines.LinesMax + 1).ToDictionary(form => $"image:{form}", _ => 1L);
        Assert.False(RateLines.TryRead(forms, Max, out _, out _));
    }
}
