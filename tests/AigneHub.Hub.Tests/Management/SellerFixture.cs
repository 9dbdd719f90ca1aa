using AigneHub.Hub.Tests.Crashes;

namespace AigneHub.Hub.Tests.Management;

/// <summary>A storage of its own for hubs in Provider mode: a ledger has one unit for life.</summary>
public sealed class SellerFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-seller-").FullName;
    private OwnAzurite? _storage;

    /// <summary>Settings of its hubs.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["AigneHubStorage"] = _storage!.ConnectionString,
        ["AigneHub:Mode"] = "Provider",
        ["AigneHub:Upstream:PrivateNetworks"] = "true",
    };

    public async Task InitializeAsync()
    {
        var storage = new OwnAzurite(_folder, inMemory: true);
        await storage.StartAsync();
        _storage = storage;
    }

    public async Task DisposeAsync()
    {
        await _storage!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
