using AigneHub.LocalRuntime.Azurite;
using Azure.Storage.Queues;

namespace AigneHub.LocalRuntime.Tests;

/// <summary>An Azurite in a folder of its own, shared by the test classes that need a storage account.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteLease _lease = null!;
    private AzuriteOptions _options = null!;

    public string ConnectionString => _lease.ConnectionString;

    public static AzuriteOptions Options(string? dataFolder = null) => new()
    {
        PackageFolder = ContentRoot.Find("AigneHub.sln"),
        DataFolder = dataFolder ?? Directory.CreateTempSubdirectory("azurite-").FullName,
        PreferDefaultPorts = false,
    };

    public async Task InitializeAsync()
    {
        _options = Options();
        _lease = await AzuriteInstance.AcquireAsync(_options, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _lease.DisposeAsync();
        Directory.Delete(_options.DataFolder, recursive: true);
    }

    internal QueueClient Queue(string name, bool base64 = true) => new(
        ConnectionString,
        name,
        new QueueClientOptions { MessageEncoding = base64 ? QueueMessageEncoding.Base64 : QueueMessageEncoding.None });
}

[CollectionDefinition(nameof(AzuriteFixture))]
public sealed class AzuriteTests : ICollectionFixture<AzuriteFixture>;
