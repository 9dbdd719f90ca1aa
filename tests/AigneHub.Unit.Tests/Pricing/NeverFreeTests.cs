using AigneHub.Core.Pricing;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>Calls that somebody pays for: what has no price must not make the rest free.</summary>
public sealed class NeverFreeTests
{
    private const long Nano = PriceLine.UnitsPerRate;

    [Theory]
    [InlineData("input=2 output=3", "input:10 output:5 search:1", 35)]
    [InlineData("cached_input=2 output=3", "input:10 output:5", 35)]
    [InlineData("input=2 reasoning=3", "input:10 output:5", 35)]
    [InlineData("input=2 image_input=7 output=3", "audio_input:10", 20)]
    [InlineData("cached_input=2 image_input=7 output=3", "audio_input:10", 70)]
    [InlineData("request=9", "input:10 output:5", 9)]
    [InlineData("request=9 input=2", "input:10 output:5", 29)]
    [InlineData("second=4", "character:10", 0)]
    public void For_UnitsWithoutARate_ChargesTheOthers(string prices, string used, long expected)
    {
        var rates = new ModelRates(Pairs(prices, '=').ToDictionary(pair => pair.Kind, pair => Rate.Flat(pair.Number * Nano)));
        var units = default(UnitCounts);
        foreach (var (kind, number) in Pairs(used, ':'))
        {
            units[kind] = number;
        }

        var lines = PriceLines.For(rates, units, neverFree: true);
        Assert.Equal(expected, Cost.Of(lines));
        Assert.All(lines, line => Assert.NotNull(line.Rate));
    }

    [Fact]
    public void For_AModelWithoutAnyPrice_StaysUnpriced() =>
        Assert.Null(Cost.Of(PriceLines.For(null, new UnitCounts { [UnitKind.Input] = 1 }, neverFree: true)));

    private static IEnumerable<(UnitKind Kind, long Number)> Pairs(string text, char separator) => text.Split(' ').Select(pair =>
    {
        var parts = pair.Split(separator);
        Assert.True(UnitKinds.TryParse(parts[0], out var kind));
        return (kind, long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    });
}
