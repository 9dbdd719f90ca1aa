using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using CsCheck;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>How a seller's prices are made of unit costs.</summary>
public sealed class PriceRulesTests
{
    private const long Usd = Nano.PerWhole;
    private static readonly ModelEntry Model = new("openai", "gpt-4o", null, null, null, null);

    [Theory]
    [InlineData("*,openai,openai/gpt-4o", "openai/gpt-4o")]
    [InlineData("*,OPENAI/GPT-4O", "openai/gpt-4o")]
    [InlineData("*,OpenAI", "openai")]
    [InlineData("*,anthropic,openai/gpt-4o-mini", "*")]
    [InlineData("anthropic", null)]
    public void MarginOf_NarrowestScope_Wins(string scopes, string? wins)
    {
        var margins = scopes.Split(',').Select((scope, i) => (scope, i)).ToDictionary(m => m.scope, m => new Margin(m.i + 1));
        var (margin, scope) = new PriceRules(margins, CreditPrices.OneUsd, new Dictionary<string, ModelRates>()).MarginOf(Model);
        Assert.Equal(wins, scope);
        Assert.Equal(wins is null ? 0 : scopes.Split(',').ToList().FindIndex(s => s.Equals(wins, StringComparison.OrdinalIgnoreCase)) + 1, margin.PartsPerMillion);
    }

    [Fact]
    public void PriceOf_TiersAndForms_EachGetTheMargin()
    {
        var costs = new ModelRates(
            [new Rate(1_000, [new RateTier(200_000, 2_000)])],
            new Dictionary<RateKey, long> { [new RateKey(UnitKind.Image, "hd")] = 5_000, [UnitKind.Image] = 0 });
        var price = Rules(200_000, Usd / 2).PriceOf(Model, costs);
        Assert.Equal(
            ["input=2400", "input>200000=4800", "image=0", "image:hd=12000"],
            RateLines.Of(price).Select(line => $"{line.Key}={line.Value}"));
    }

    [Fact]
    public void PriceOf_AnyCosts_KeepTheirShapeAndNoneBecomesFree() =>
        Gen.Select(RateLinesTests.Any, Gen.Long[Margin.Min, Margin.Max], Gen.Long[CreditPrices.Min, CreditPrices.Max]).Sample(
            (costs, margin, creditPrice) =>
            {
                var before = RateLines.Of(costs);
                var after = RateLines.Of(Rules(margin, creditPrice).PriceOf(Model, costs));
                Assert.Equal(before.Keys, after.Keys);
                Assert.All(before, line => Assert.Equal(line.Value == 0, after[line.Key] == 0));
                Assert.All(before, line => Assert.Equal(new Margin(margin).Apply(line.Value, creditPrice), after[line.Key]));
            });

    [Fact]
    public void PriceOf_NoMarginAtOneUsd_IsTheSameList()
    {
        var costs = Input(7);
        Assert.Same(costs, PriceRules.None.PriceOf(Model, costs));
        Assert.Null(PriceRules.None.PriceOf(Model, null));
    }

    /// <summary>A price that can't be counted with would be a wrong price: the model is not sold.</summary>
    [Fact]
    public void PriceOf_BeyondSixtyFourBits_IsNoPrice() =>
        Assert.Null(Rules(0, CreditPrices.Min).PriceOf(Model, Input(1_000_000 * Usd)));

    [Fact]
    public void PriceOf_Override_ReplacesItsKindsWithTheirTiersAndKeepsTheOthers()
    {
        var costs = new ModelRates([new Rate(1_000, [new RateTier(200_000, 2_000)]), Rate.Flat(100)]);
        var price = Rules(100_000, Usd, Input(1_500)).PriceOf(Model, costs);
        Assert.Equal(["input=1500", "cached_input=110"], RateLines.Of(price).Select(line => $"{line.Key}={line.Value}"));
    }

    [Fact]
    public void PriceOf_OverrideOfAModelWithoutCosts_IsItsPrice() =>
        Assert.Equal(9, Rules(0, Usd, Input(9)).PriceOf(Model, null)![UnitKind.Input]!.Base);

    [Fact]
    public void BelowCost_FlatPriceOverTiers_NamesTheTierThatItLosesOn()
    {
        var costs = new ModelRates([new Rate(1_000, [new RateTier(200_000, 2_000)])]);
        Assert.Equal(["input>200000"], Rules(0, Usd).BelowCost(Input(1_500), costs));
        Assert.Equal(["input", "input>200000"], Rules(0, Usd).BelowCost(Input(999), costs));
        Assert.Empty(Rules(0, Usd).BelowCost(Input(2_000), costs));
        Assert.Equal(
            ["input>100"], Rules(0, Usd).BelowCost(new ModelRates([new Rate(5_000, [new RateTier(100, 900)])]), Input(1_000)));
    }

    [Fact]
    public void BelowCost_KindThatTheVendorBillsAsAnother_IsComparedWithThat() =>
        Assert.Equal(["cached_input"], Rules(0, Usd).BelowCost(new ModelRates([Rate.Flat(1_000), Rate.Flat(500)]), Input(1_000)));

    [Fact]
    public void BelowCost_Forms_AreComparedOneByOne()
    {
        var costs = Forms(("hd", 80), ("low", 10));
        Assert.Equal(["image:hd"], Rules(0, Usd).BelowCost(Forms(("hd", 79), ("low", 10)), costs));
    }

    /// <summary>A cent a credit: 100 nano-credits pay one nano-USD.</summary>
    [Fact]
    public void BelowCost_CreditPrice_IsCountedIn()
    {
        Assert.Empty(Rules(0, Usd / 100).BelowCost(Input(100_000), Input(1_000)));
        Assert.Equal(["input"], Rules(0, Usd / 100).BelowCost(Input(99_999), Input(1_000)));
    }

    [Fact]
    public void BelowCost_PricesMadeByRules_AreBelowOnlyWithANegativeMargin() =>
        Gen.Select(RateLinesTests.Any, Gen.Long[Margin.Min, Margin.Max], Gen.Long[CreditPrices.Min, CreditPrices.Max]).Sample(
            (costs, margin, creditPrice) =>
            {
                var rules = Rules(margin, creditPrice);
                Assert.True(margin < 0 || rules.BelowCost(rules.PriceOf(Model, costs), costs).Count == 0);
            });

    [Fact]
    public void CreditPrices_UsdIsAlwaysThere_AndBoundsHold()
    {
        var prices = new CreditPrices(new Dictionary<string, long> { ["EUR"] = 9_000_000 });
        Assert.Equal((Usd, 9_000_000L, null), (prices.InUsd, prices.In("EUR"), prices.In("CHF")));
        Assert.Equal(["EUR", "USD"], prices.ByCurrency.Keys);
        foreach (var (currency, price) in new[] { ("eur", Usd), ("EURO", Usd), ("EUR", CreditPrices.Min - 1), ("EUR", CreditPrices.Max + 1) })
        {
            Assert.Throws<ArgumentException>(() => new CreditPrices(new Dictionary<string, long> { [currency] = price }));
        }
    }

    private static PriceRules Rules(long margin, long creditPrice, ModelRates? own = null) => new(
        new Dictionary<string, Margin> { [PriceRules.Everything] = new(margin) },
        new CreditPrices(new Dictionary<string, long> { [CreditPrices.Usd] = creditPrice }),
        own is null ? new Dictionary<string, ModelRates>() : new Dictionary<string, ModelRates> { ["OPENAI/gpt-4o"] = own });

    private static ModelRates Input(long rate) => new([Rate.Flat(rate)]);

    private static ModelRates Forms(params (string Form, long Rate)[] forms) =>
        new(forms.ToDictionary(form => new RateKey(UnitKind.Image, form.Form), form => form.Rate));
}
