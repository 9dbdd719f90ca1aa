using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Management;

/// <summary>A storage of its own for hubs in Provider mode: a ledger has one unit for life.</summary>
public sealed class SellerFixture : IAsyncLifetime
{
    private readonly AzuriteFixture _storage = new();

    /// <summary>Settings of its hubs.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["AigneHubStorage"] = _storage.ConnectionString,
        ["AigneHub:Mode"] = "Provider",
        ["AigneHub:Upstream:PrivateNetworks"] = "true",
    };

    public Task InitializeAsync() => _storage.InitializeAsync();

    public Task DisposeAsync() => _storage.DisposeAsync();
}
