using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Routing;

public sealed class HubSnapshotTests
{
    private static ProviderEntry Provider(string id, string key = "secret", int rank = 1) =>
        TestProvider.Of(id, new Uri($"https://{id}.example/v1"), key, rank);

    private static ModelEntry Model(string provider, string id) => new(provider, id, null, null, null,
        new ModelRates(new Dictionary<UnitKind, Rate> { [UnitKind.Input] = Rate.Flat(1) }));

    private static readonly ModelEntry[] Models =
    [
        Model("b", "z"), Model("b", "a"), Model("a", "m"), Model("c", "not-configured"),
        Model("a", "title") with { IsFamily = true }, Model("a", "retired") with { IsDeprecated = true },
    ];

    [Fact]
    public void Models_AreTheConfiguredOnesSorted()
    {
        var snapshot = new HubSnapshot(HubMode.Enterprise, [Provider("b"), Provider("a")], Models);
        Assert.Equal(["a/m", "b/a", "b/z"], snapshot.Models.Select(m => m.FullName));
    }

    [Fact]
    public void Models_InProviderMode_AreThePricedOnes()
    {
        ModelEntry[] models = [Model("a", "m"), new("a", "unpriced", null, null, null, null)];
        Assert.Equal(2, new HubSnapshot(HubMode.Enterprise, [Provider("a")], models).Models.Count);
        Assert.Equal(["a/m"], new HubSnapshot(HubMode.Provider, [Provider("a")], models).Models.Select(m => m.FullName));
    }

    [Theory]
    [InlineData("b/z", "b/z")]
    [InlineData("B/Z", "b/z")]
    [InlineData("a/retired", "a/retired")]
    [InlineData("a/title", null)]
    [InlineData("c/not-configured", null)]
    [InlineData("z", null)]
    [InlineData("/z", null)]
    public void FindModel_FullName_FindsIt(string name, string? expected) =>
        Assert.Equal(
            expected,
            new HubSnapshot(HubMode.Enterprise, [Provider("b"), Provider("a")], Models).FindModel(name)?.FullName);

    [Fact]
    public void Providers_AreByRankThenId()
    {
        var snapshot = new HubSnapshot(HubMode.Enterprise, [Provider("c", rank: 2), Provider("b"), Provider("a")], Models);
        Assert.Equal(["a", "b", "c"], snapshot.Providers.Select(p => p.Id));
        Assert.Equal("c", snapshot.FindProvider("C")!.Id);
    }

    [Fact]
    public void Constructor_TwoProvidersOfOneId_Throws() =>
        Assert.Throws<ArgumentException>(() => new HubSnapshot(HubMode.Enterprise, [Provider("a"), Provider("A")], Models));

    [Fact]
    public void Version_DependsOnWhatRoutingDependsOnAndNotOnSecrets()
    {
        string Of(HubMode mode, params ProviderEntry[] providers) => new HubSnapshot(mode, providers, Models).Version;
        var version = Of(HubMode.Enterprise, Provider("a"));
        Assert.Equal(version, Of(HubMode.Enterprise, Provider("a", "another secret")));
        Assert.NotEqual(version, Of(HubMode.Provider, Provider("a")));
        Assert.NotEqual(version, Of(HubMode.Enterprise, Provider("a", rank: 2)));
        Assert.NotEqual(version, Of(HubMode.Enterprise, Provider("a"), Provider("b")));
    }
}
