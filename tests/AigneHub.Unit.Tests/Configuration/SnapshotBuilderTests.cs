using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Providers;
using AigneHub.Providers.Catalogue;
using AigneHub.Providers.Configuration;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>What settings and stored records make together.</summary>
public class SnapshotBuilderTests
{
    private static readonly IReadOnlyList<ProviderEntry> OfSettings =
        ProviderSettings.Load(name => name == "OPENAI_API_KEY" ? "sk-env" : null).Entries;

    private static readonly ProviderRecord Custom = Provider("our-vllm", "custom-openai", "https://vllm.example.org/v1/");

    [Fact]
    public void BuildFromSettings_RateCard_IsTheCataloguesOwn()
    {
        var snapshot = Builder().BuildFromSettings().Snapshot;

        var models = PriceCatalogue.Load(["openai"]).Models;
        Assert.Equal(new HubSnapshot(HubMode.Enterprise, OfSettings, models).Version, snapshot.Version);
    }

    [Fact]
    public void Build_CustomProvider_IsBoundToItsUrlAndMarkedAsStored()
    {
        var built = Build([Custom], [Credential("a", "our-vllm")]);

        var provider = built.Snapshot.FindProvider("our-vllm")!;
        Assert.Equal(RecordState.Active, built.Providers["our-vllm"]);
        Assert.True(provider.IsStored);
        Assert.Equal("https://vllm.example.org/v1", provider.Find(ModelApi.OpenAiChat)!.BaseUrl.OriginalString);
        Assert.Equal(["a"], provider.Credentials.Select(credential => credential.Id));
        Assert.False(built.Snapshot.FindProvider("openai")!.IsStored);
    }

    [Fact]
    public void Build_ProviderOfTheSettings_WinsAndGetsTheStoredCredentials()
    {
        var built = Build([Provider("openai", "custom-openai", "https://elsewhere.example.org")], [Credential("a", "openai")]);

        var provider = built.Snapshot.FindProvider("openai")!;
        Assert.Equal(RecordStatus.Shadowed, built.Providers["openai"].Status);
        Assert.Equal("https://api.openai.com/v1", provider.Apis[0].BaseUrl.OriginalString);
        Assert.Equal(["env:openai:1", "a"], provider.Credentials.Select(credential => credential.Id));
        Assert.False(provider.IsStored);
    }

    [Fact]
    public void Build_SecondAccountOfAVendor_HasItsModelsUnderItsOwnId()
    {
        var built = Build([Provider("openai-eu", "openai", null)], [Credential("a", "openai-eu")]);

        var model = built.Snapshot.FindModel("openai-eu/gpt-4o")!;
        Assert.Equal("openai-eu/gpt-4o", model.FullName);
        Assert.Same(built.Snapshot.FindModel("openai/gpt-4o")!.Rates, model.Rates);
        var plan = RoutePlanner.Plan(built.Snapshot, new RouteRequest("gpt-4o", ModelApi.OpenAiChat)).Plan!;
        Assert.Equal(["openai/gpt-4o", "openai-eu/gpt-4o"], plan.Targets.Select(target => target.FullName));
    }

    [Theory]
    [InlineData("disabled", RecordStatus.Disabled)]
    [InlineData("http", RecordStatus.Invalid)]
    [InlineData("private", RecordStatus.Invalid)]
    [InlineData("vendor", RecordStatus.Invalid)]
    [InlineData("none", RecordStatus.NoCredential)]
    [InlineData("unopened", RecordStatus.NoCredential)]
    public void Build_ProviderThatCannotBeUsed_IsLeftOutAndSaysWhy(string what, RecordStatus status)
    {
        var record = what switch
        {
            "disabled" => Custom with { Enabled = false },
            "http" => Custom with { BaseUrl = "http://vllm.example.org" },
            "private" => Custom with { BaseUrl = "https://192.168.1.1" },
            "vendor" => Custom with { Vendor = "of-a-later-version" },
            "none" => Custom with { Vendor = "openai" },
            _ => Custom,
        };
        var credential = Credential("a", "our-vllm");
        var failed = what == "unopened"
            ? new Dictionary<string, SecretStatus> { ["a"] = SecretStatus.Damaged }
            : new Dictionary<string, SecretStatus>();

        var built = Builder().Build(
            Stored([record], what == "none" ? [] : [credential]),
            new OpenedCredentials(what is "none" or "unopened" ? [] : [Opened(credential)], failed));

        Assert.Null(built.Snapshot.FindProvider("our-vllm"));
        Assert.Equal(status, built.Providers["our-vllm"].Status);
        Assert.NotNull(built.Providers["our-vllm"].Detail);
        Assert.Equal(what == "unopened" ? RecordStatus.NotOpened : null, built.Credentials.GetValueOrDefault("a")?.Status switch
        {
            RecordStatus.NotOpened => RecordStatus.NotOpened,
            _ => (RecordStatus?)null,
        });
        Assert.NotNull(built.Snapshot.FindProvider("openai"));
    }

    [Fact]
    public void Build_CustomProviderWithoutCredentials_IsCalledWithoutAKey() =>
        Assert.Equal(CredentialKind.None, Assert.Single(Build([Custom], []).Snapshot.FindProvider("our-vllm")!.Credentials).Kind);

    [Fact]
    public void Build_StoredModels_StandBeforeTheCataloguesAndBesideThem()
    {
        var own = Model("openai", "GPT-4o") with { Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = 7 } };
        var off = Model("openai", "gpt-4o-mini") with { Enabled = false, Name = "Off" };
        var built = Build([Custom], [], own, Model("our-vllm", "org/llama"), off, Model("gone", "m"));

        var overridden = built.Snapshot.FindModel("openai/gpt-4o")!;
        Assert.Equal(7, overridden.Rates![UnitKind.Input]!.Base);
        Assert.Null(overridden.Rates[UnitKind.Output]);
        Assert.NotNull(overridden.ContextWindow);
        Assert.NotNull(built.Snapshot.FindModel("our-vllm/org/llama"));
        Assert.NotEqual("Off", built.Snapshot.FindModel("openai/gpt-4o-mini")!.Name);
        Assert.Equal(
            [RecordStatus.Active, RecordStatus.Active, RecordStatus.Disabled, RecordStatus.NoProvider],
            new[] { "openai/GPT-4o", "our-vllm/org/llama", "openai/gpt-4o-mini", "gone/m" }.Select(name => built.Models[name].Status));
        Assert.Single(built.Snapshot.Models, model => model.FullName.Equals("openai/gpt-4o", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Build_Aliases_AreInForceAndTellWhenNothingTheyNameIs()
    {
        var built = Builder().Build(
            new StoredConfiguration("v", [], [], [], [Alias("good", "gpt-4o"), Alias("bad", "anthropic/claude")], []),
            new OpenedCredentials([], new Dictionary<string, SecretStatus>()));

        Assert.Equal(2, built.Snapshot.Aliases.Count);
        Assert.Equal((RecordStatus.Active, RecordStatus.Invalid), (built.Aliases["GOOD"].Status, built.Aliases["bad"].Status));
        Assert.Equal("v", built.Version);
    }

    [Fact]
    public void Build_PriceRules_MakeASellersPrices()
    {
        var built = Builder(HubMode.Provider).Build(
            Stored([], []) with
            {
                Models = [Model("openai", "gpt-4o") with { Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = 1_000 } }],
                Prices = Prices,
            },
            OpenedCredentials.None);

        var model = built.Snapshot.FindModel("openai/gpt-4o")!;
        Assert.Equal((1_000, 2_400), (model.Costs![UnitKind.Input]!.Base, model.Rates![UnitKind.Input]!.Base));
        Assert.Equal(500_000_000, built.Snapshot.CreditPrices.InUsd);
        Assert.Equal(9, built.Snapshot.FindModel("openai/gpt-4o-mini")!.Rates![UnitKind.Input]!.Base);
        Assert.Equal(2_400, built.Snapshot.RateCard.RatesFor("openai", "gpt-4o")![UnitKind.Input]!.Base);
        Assert.Equal(2_500_000_000, built.CatalogueCosts["openai/gpt-4o"]![UnitKind.Input]!.Base);
        Assert.Contains("OPENAI/GPT-4O", built.StoredCosts);
    }

    /// <summary>Nobody pays a company's own gateway: what it is charged is what it counts.</summary>
    /// <summary>They can have been stored by an older version of the hub: everything else must stay in force.</summary>
    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 9)]
    public void Build_ModelsWhoseNamesDifferByCase_FirstThatIsInForceHasTheName(bool firstIsEnabled, int window)
    {
        var built = Build(
            [Custom], [], Model("our-vllm", "Llama") with { ContextWindow = 7, Enabled = firstIsEnabled },
            Model("our-vllm", "llama") with
            {
                ContextWindow = 9,
                Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = 1 },
            },
            Model("our-vllm", "other"));

        Assert.Equal(window, built.Snapshot.FindModel("our-vllm/LLAMA")!.ContextWindow);
        Assert.NotNull(built.Snapshot.FindModel("our-vllm/other"));
        Assert.Single(built.Snapshot.RateCard.Entries, model => model.FullName.Equals("our-vllm/llama", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(firstIsEnabled ? [] : ["our-vllm/llama"], built.StoredCosts.Keys);
        Assert.Equal(RecordState.Active, built.Models["our-vllm/llama"]);
    }

    [Fact]
    public void Build_PriceRulesInEnterpriseMode_ChangeNothing()
    {
        var built = Builder().Build(Stored([], []) with { Prices = Prices }, OpenedCredentials.None);
        Assert.Equal(Builder().BuildFromSettings().Snapshot.RateCard.Version, built.Snapshot.RateCard.Version);
        Assert.Equal(Nano.PerWhole, built.Snapshot.CreditPrices.InUsd);
    }

    [Theory]
    [InlineData(HubMode.Enterprise, true)]
    [InlineData(HubMode.Provider, false)]
    public void BuildWithoutStored_ASeller_HasNoPrices(HubMode mode, bool priced)
    {
        var snapshot = Builder(mode).BuildWithoutStored().Snapshot;
        Assert.Equal(priced, snapshot.RateCard.RatesFor("openai", "gpt-4o") is not null);
        Assert.NotNull(snapshot.FindProvider("openai"));
        var (plan, error) = RoutePlanner.Plan(snapshot, new RouteRequest("gpt-4o", ModelApi.OpenAiChat));
        Assert.Equal((priced, priced ? null : "model_not_priced"), (plan is not null, error?.Code));
    }

    /// <summary>It may have a price of its own: a seller must not sell it at the catalogue's.</summary>
    [Theory]
    [InlineData(HubMode.Enterprise, "gpt-4o", null)]
    [InlineData(HubMode.Provider, "gpt-4o", "model_not_priced")]
    [InlineData(HubMode.Provider, "openai/GPT-4o", "model_not_priced")]
    [InlineData(HubMode.Provider, "openai/our-own", "model_not_priced")]
    [InlineData(HubMode.Provider, "gpt-4o-mini", null)]
    public void Build_AModelWhoseRecordCannotBeRead_IsNotSold(HubMode mode, string name, string? refused)
    {
        var stored = Stored([], []) with { UnreadableModels = ["openai/gpt-4o", "openai/our-own"], Prices = Prices };
        var snapshot = Builder(mode).Build(stored, OpenedCredentials.None).Snapshot;
        Assert.Equal(refused, RoutePlanner.Plan(snapshot, new RouteRequest(name, ModelApi.OpenAiChat)).Error?.Code);
    }

    private static readonly StoredPrices Prices = new(
        new PriceRulesRecord
        {
            Margins = new Dictionary<string, long> { ["*"] = 200_000 },
            CreditPrices = new Dictionary<string, long> { ["USD"] = 500_000_000 },
            UpdatedAt = default,
        },
        [
            new PriceOverrideRecord
            {
                Model = "openai/gpt-4o-mini", Prices = new Dictionary<string, long> { ["input"] = 9 }, CreatedAt = default, UpdatedAt = default,
            },
        ],
        null);

    private static SnapshotBuilder Builder(HubMode mode = HubMode.Enterprise) =>
        new(new SettingsConfiguration(mode, OfSettings, [], []), privateAllowed: false);

    private static ConfigurationInForce Build(
        IReadOnlyList<ProviderRecord> providers, IReadOnlyList<CredentialRecord> credentials, params IReadOnlyList<ModelRecord> models) =>
        Builder().Build(
            Stored(providers, credentials) with { Models = models },
            new OpenedCredentials([.. credentials.Select(Opened)], new Dictionary<string, SecretStatus>()));

    private static StoredConfiguration Stored(
        IReadOnlyList<ProviderRecord> providers, IReadOnlyList<CredentialRecord> credentials) =>
        new("v", providers, credentials, [], [], []);

    private static OpenedCredential Opened(CredentialRecord record) => new(record, new CredentialEntry(record.Id, record.Kind, "sk"));

    private static ProviderRecord Provider(string id, string vendor, string? url) =>
        new() { Id = id, Vendor = vendor, BaseUrl = url, CreatedAt = default, UpdatedAt = default };

    private static CredentialRecord Credential(string id, string provider) => new()
    {
        Id = id,
        Provider = provider,
        Name = id,
        Kind = CredentialKind.ApiKey,
        CreatedAt = default,
        UpdatedAt = default,
    };

    private static ModelRecord Model(string provider, string id) =>
        new() { Provider = provider, Id = id, CreatedAt = default, UpdatedAt = default };

    private static AliasRecord Alias(string name, string model) => new()
    {
        Alias = new ModelAlias { Name = name, Targets = [new AliasTarget { Model = model }] },
        CreatedAt = default,
        UpdatedAt = default,
    };
}
