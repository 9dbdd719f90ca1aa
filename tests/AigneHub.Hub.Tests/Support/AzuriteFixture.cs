using AigneHub.Core.Keys;
using AigneHub.LocalRuntime;
using AigneHub.LocalRuntime.Azurite;

namespace AigneHub.Hub.Tests.Support;

/// <summary>One Azurite for the tests of a collection, on free ports and a folder of its own; installs it where needed.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteLease? _lease;

    public string Folder { get; } = Directory.CreateTempSubdirectory("aignehub-tests-").FullName;

    public string AdministratorKey { get; } = HubKey.Generate();

    public string ConnectionString => _lease!.ConnectionString;

    public async Task InitializeAsync() => _lease = await AzuriteInstance.AcquireAsync(
        new AzuriteOptions { PackageFolder = Repository.Root, DataFolder = Folder, PreferDefaultPorts = false, InMemory = true },
        CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _lease!.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = ContentRoot.Find("AigneHub.sln")
        ?? throw new InvalidOperationException("The tests run inside the repository.");
}
