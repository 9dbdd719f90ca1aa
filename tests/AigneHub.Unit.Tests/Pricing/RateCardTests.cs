using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Unit.Tests.Pricing;

public sealed class RateCardTests
{
    private static ModelRates Input(long rate) => new(new Dictionary<UnitKind, Rate> { [UnitKind.Input] = Rate.Flat(rate) });

    private static ModelEntry Entry(string provider, string id, long? rate) =>
        new(provider, id, null, null, null, rate is { } r ? Input(r) : null);

    [Fact]
    public void Content_IsCanonicalAndNamesTheVersion()
    {
        var tiered = new ModelRates(new Dictionary<UnitKind, Rate>
        {
            [UnitKind.Output] = Rate.Flat(9),
            [UnitKind.Input] = new Rate(1, [new RateTier(200_000, 2)]),
        });
        var card = new RateCard(
        [
            new ModelEntry("b", "x/y", null, null, null, tiered)
            {
                Names = ["x"],
                Rules = [NameRule.Parse("^x-", "!*tts")],
            },
            Entry("a", "unpriced", null),
            Entry("a", "m", 3),
        ]);

        Assert.Equal(
            """{"format":1,"models":[{"provider":"a","id":"m","rates":{"input":[3]}},"""
            + """{"provider":"b","id":"x/y","names":["x"],"match":["^x- \u0026 !*tts"],"""
            + """ "rates":{"input":[1,200000,2],"output":[9]}}]}""".TrimStart(),
            Encoding.UTF8.GetString(card.Content.Span));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(card.Content.Span))[..32], card.Version);
    }

    [Fact]
    public void Version_ChangesWithAnyPriceAndNotWithTheOrderOfProviders()
    {
        ModelEntry[] models = [Entry("a", "m", 3), Entry("b", "m", 4)];
        var version = new RateCard(models).Version;
        Assert.Equal(version, new RateCard(models.Reverse()).Version);
        Assert.NotEqual(version, new RateCard([models[0], Entry("b", "m", 5)]).Version);
    }

    [Fact]
    public void RatesFor_NameOtherNameOrRule_FindsTheModel()
    {
        var card = new RateCard(
        [
            Entry("p", "model", 1) with { Names = ["model-2024-08-06"], Rules = [NameRule.Parse("^model-")] },
            Entry("p", "model-mini", 2),
        ]);

        Assert.Equal(1, card.RatesFor("p", "model")![UnitKind.Input]!.Base);
        Assert.Equal(1, card.RatesFor("P", "MODEL-2024-08-06")![UnitKind.Input]!.Base);
        Assert.Equal(2, card.RatesFor("p", "model-mini")![UnitKind.Input]!.Base);
        Assert.Equal(1, card.RatesFor("p", "model-maxi")![UnitKind.Input]!.Base);
        Assert.Same(card.RatesFor("p", "model-maxi"), card.RatesFor("p", "model-maxi"));
        Assert.Null(card.RatesFor("p", "other"));
        Assert.Null(card.RatesFor("q", "model"));
    }

    [Fact]
    public void RatesFor_TwoRulesMatch_TakesTheFirstOfTheCatalogue()
    {
        var card = new RateCard(
        [
            Entry("p", "z", 1) with { Rules = [NameRule.Parse("*turbo")] },
            Entry("p", "a", 2) with { Rules = [NameRule.Parse("^gpt")] },
        ]);
        Assert.Equal(1, card.RatesFor("p", "gpt-turbo")![UnitKind.Input]!.Base);
    }
}
