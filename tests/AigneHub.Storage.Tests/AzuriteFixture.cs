using System.Globalization;
using AigneHub.LocalRuntime;
using AigneHub.LocalRuntime.Azurite;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests;

/// <summary>One Azurite for the tests of a collection, on free ports and in a folder of its own; installs it where needed.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static int _hubs;
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-azurite-").FullName;
    private AzuriteLease? _lease;

    public string ConnectionString => _lease!.ConnectionString;

    public async Task InitializeAsync() => _lease = await AzuriteInstance.AcquireAsync(
        new AzuriteOptions
        {
            PackageFolder = ContentRoot.Find("AigneHub.sln"),
            DataFolder = _folder,
            PreferDefaultPorts = false,
            InMemory = true,
        },
        CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _lease!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Tables, queues and containers that no other test has.</summary>
    internal StorageOptions NewOptions()
    {
        var number = Interlocked.Increment(ref _hubs);
        return new StorageOptions
        {
            ConnectionString = ConnectionString,
            TablePrefix = string.Create(CultureInfo.InvariantCulture, $"t{number}"),
            UsageQueueName = string.Create(CultureInfo.InvariantCulture, $"usage-{number}"),
            ArchiveContainer = string.Create(CultureInfo.InvariantCulture, $"archive-{number}"),
        };
    }

    internal async Task<ServiceProvider> NewHubAsync(StorageOptions? options = null)
    {
        var services = new ServiceCollection().AddHubStorage(options ?? NewOptions()).BuildServiceProvider();
        await services.GetRequiredService<HubStorage>().EnsureCreatedAsync(default);
        return services;
    }
}
