using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Catalogue;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Catalogue;

public sealed class PriceCatalogueTests
{
    private static readonly PriceCatalogue Catalogue = PriceCatalogue.Load();
    private static readonly RateCard Card = new(Catalogue.Models);

    [Theory]
    [InlineData("openai")]
    [InlineData("azure-openai")]
    [InlineData("anthropic")]
    [InlineData("google")]
    [InlineData("vertex")]
    [InlineData("bedrock")]
    [InlineData("deepseek")]
    [InlineData("xai")]
    [InlineData("openrouter")]
    [InlineData("mistral")]
    [InlineData("groq")]
    [InlineData("together")]
    [InlineData("fireworks")]
    [InlineData("perplexity")]
    [InlineData("cohere")]
    public void Load_Provider_HasPricedModels(string provider) =>
        Assert.Contains(Catalogue.Models, m => m.Provider == provider && m is { IsFamily: false, Rates.Any: true });

    [Fact]
    public void Load_SomeProviders_LeavesOutTheOthers()
    {
        var some = PriceCatalogue.Load(["OpenAI", "poe"]);
        Assert.Equal(
            Catalogue.Models.Where(m => m.Provider == "openai").Select(m => m.FullName),
            some.Models.Select(m => m.FullName));
        Assert.Equal(Catalogue.AsOf, some.AsOf);
    }

    [Fact]
    public void Load_KnownModel_HasWhatTheSourcesSay()
    {
        var model = Assert.Single(Catalogue.Models, m => m.FullName == "openai/gpt-4o-mini");
        Assert.Equal((128_000, 16_384), (model.ContextWindow, model.MaxOutput));
        Assert.Equal(["text", "image"], model.InputModalities!);
        Assert.Equal((false, true), (model.Reasoning, model.Tools));
        // 0.15, 0.075 and 0.6 USD per million: what a detour over binary fractions would spoil first.
        Assert.Equal(150_000_000, model.Rates![UnitKind.Input]!.Base);
        Assert.Equal(75_000_000, model.Rates[UnitKind.CachedInput]!.Base);
        Assert.Equal(600_000_000, model.Rates[UnitKind.Output]!.Base);
        Assert.Null(model.Rates[UnitKind.Reasoning]);
    }

    [Theory]
    [InlineData("openai", "gpt-4o-2024-08-06", 2_500_000_000)]
    [InlineData("openai", "gpt-4o-2024-05-13", 5_000_000_000)]
    [InlineData("openai", "gpt-5-nano-2025-08-07", 50_000_000)]
    [InlineData("openai", "gpt-5.6-sol-2026-09-09", 4_000_000_000)]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", 3_000_000_000)]
    [InlineData("anthropic", "claude-opus-5-20261231", 5_000_000_000)]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 3_300_000_000)]
    [InlineData("bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3_000_000_000)]
    [InlineData("openrouter", "openai/gpt-4o", 2_500_000_000)]
    [InlineData("google", "gemini-2.5-pro-exp", 1_250_000_000)]
    [InlineData("deepseek", "deepseek-v4-flash-vision-exp", 300_000_000)]
    public void RatesFor_SnapshotName_IsFound(string provider, string model, long input) =>
        Assert.Equal(input, Card.RatesFor(provider, model)![UnitKind.Input]!.Base);

    [Theory]
    [InlineData("openai", "gpt-99")]
    [InlineData("google", "claude-opus-5")]
    [InlineData("google", "gemini-2.5-pro-experimental-tts")]
    [InlineData("poe", "gpt-4o")]
    public void RatesFor_UnknownName_IsNull(string provider, string model) => Assert.Null(Card.RatesFor(provider, model));

    [Theory]
    [InlineData(200_000, 1_250_000_000)]
    [InlineData(200_001, 2_500_000_000)]
    public void Rates_PromptTier_BeginsAboveTheThreshold(long prompt, long rate) =>
        Assert.Equal(rate, Card.RatesFor("google", "gemini-2.5-pro")![UnitKind.Input]!.For(prompt));

    [Fact]
    public void Rates_PriceThatStartsLater_IsNotTaken() =>
        // Introductory until the end of 2026; double from 2027-01-01.
        Assert.Equal(750_000_000, Card.RatesFor("google", "gemini-3.8-flash")![UnitKind.Input]!.Base);

    [Fact]
    public void Rates_PriceThatStartedBefore_IsTaken() =>
        // 5 USD with a tier above 200,000 until 2026-03-13, flat since.
        Assert.Equal(5_000_000_000, Card.RatesFor("anthropic", "claude-opus-4-6")![UnitKind.Input]!.For(1_000_000));

    [Fact]
    public void Rates_PriceByTimeOfDay_IsUnpricedUnlessAnOverrideSettlesIt()
    {
        Assert.Null(Card.RatesFor("deepseek", "deepseek-chat"));
        Assert.Equal(1_320_000_000, Card.RatesFor("deepseek", "deepseek-v4-pro")![UnitKind.Input]!.Base);
    }

    [Theory]
    [InlineData("gpt-4o", "openai/gpt-4o azure-openai/gpt-4o openrouter/openai/gpt-4o")]
    [InlineData("claude-opus-4-6", "anthropic/claude-opus-4-6 bedrock/anthropic.claude-opus-4-6-v1"
        + " openrouter/anthropic/claude-opus-4.6 vertex/claude-opus-4-6")]
    [InlineData("gpt-oss-20b", "fireworks/accounts/fireworks/models/gpt-oss-20b groq/openai/gpt-oss-20b"
        + " openrouter/openai/gpt-oss-20b")]
    [InlineData("kimi-k2-thinking", "fireworks/accounts/fireworks/models/kimi-k2-thinking"
        + " openrouter/moonshotai/kimi-k2-thinking")]
    [InlineData("meta-llama/llama-3.3-70b-instruct", "openrouter/meta-llama/llama-3.3-70b-instruct")]
    public void Plan_BareName_HasEveryProviderThatCertainlyServesIt(string model, string expected)
    {
        string[] vendors = ["openai", "anthropic", "google"];
        var providers = Catalogue.Models.Select(m => m.Provider).Distinct().Select(id =>
            TestProvider.Of(id, new Uri("https://vendor.example"), rank: vendors.Contains(id) ? 1 : 2));
        var plan = RoutePlanner.Plan(
            new HubSnapshot(HubMode.Provider, providers, Catalogue.Models), new RouteRequest(model, ModelApi.OpenAiChat)).Plan!;
        var found = plan.Targets.Select(t => t.FullName).ToList();
        Assert.Equal(expected.Split(' '), found.Where(expected.Split(' ').Contains));
        var last = model[(model.LastIndexOf('/') + 1)..].Replace('.', '-');
        Assert.All(found, name => Assert.EndsWith(
            last, name.Replace('.', '-').Replace("-v1", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void Names_WithinAProvider_AreUnique()
    {
        var names = Catalogue.Models.SelectMany(m => m.Names.Concat(m.BareNames).Concat(m.IsFamily ? [] : [m.Id])
            .Select(name => $"{m.Provider}/{name}".ToLowerInvariant())).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Models_Ids_FitTheNameLimit() =>
        Assert.All(Catalogue.Models, m => Assert.InRange(m.FullName.Length, 3, RoutePlanner.NameCharactersMax));
}
