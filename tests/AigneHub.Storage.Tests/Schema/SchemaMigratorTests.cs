using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Storage.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Storage.Tests.Schema;

[Collection(StorageCollections.Stores)]
public sealed class SchemaMigratorTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly List<int> _run = [];
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private StorageOptions _options = null!;
    private ServiceProvider _hub = null!;

    public async Task InitializeAsync()
    {
        _options = azurite.NewOptions();
        _hub = await azurite.NewHubAsync(_options);
    }

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Migrate_AnyOldStorage_RunsEachOnceInOrder()
    {
        await New(2, 3).MigrateAsync(default);
        await New(2, 3).MigrateAsync(default);
        Assert.Equal([2, 3], _run);
        await New(2, 3, 4).MigrateAsync(default);
        Assert.Equal([2, 3, 4], _run);
    }

    [Fact]
    public async Task Migrate_StorageOfANewerHub_IsRefused()
    {
        await New(2, 3).MigrateAsync(default);
        var refused = await Assert.ThrowsAsync<SchemaTooNewException>(() => New(2).MigrateAsync(default));
        Assert.Contains("has schema 3, this version of the hub knows schemas up to 2", refused.Message, StringComparison.Ordinal);
        Assert.Equal([2, 3], _run);
    }

    [Fact]
    public async Task Migrate_TwoInstancesAtOnce_OneRunsAndTheOtherWaits()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var first = New(new SchemaMigration(2, "slow", async (_, _) =>
        {
            _run.Add(2);
            begun.SetResult();
            await go.Task;
        })).MigrateAsync(default);
        await begun.Task;
        var second = New(2).MigrateAsync(default);
        go.SetResult();
        await first;
        while (!second.IsCompleted)
        {
            // It looks again every second.
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(second, Task.Delay(10));
        }

        await second;
        Assert.Equal([2], _run);
    }

    [Fact]
    public async Task Migrate_AfterAnInterruption_IsDoneByTheNextOnceTheLeaseIsOver()
    {
        await Assert.ThrowsAsync<IOException>(
            () => New(new SchemaMigration(2, "breaks", (_, _) => throw new IOException("killed"))).MigrateAsync(default));
        var next = New(2).MigrateAsync(default);
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(200)));
        Assert.Empty(_run);
        while (!next.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(next, Task.Delay(10));
        }

        await next;
        Assert.Equal([2], _run);
    }

    /// <summary>Keys of the settings made before there were roles.</summary>
    [Fact]
    public async Task Hub_WithAnAdministratorsKeyOfTheSettings_MakesItTheOwners()
    {
        var keys = _hub.GetRequiredService<IKeyStore>();
        var key = AdministratorKey.RecordOf("a-key-of-the-settings-that-is-long", _clock.GetUtcNow());
        await keys.SetAdministratorAsync(key with { Role = Role.Administrator }, default);
        await New([.. SchemaMigrations.All]).MigrateAsync(default);
        Assert.Equal(Role.Owner, (await keys.FindByHashAsync(key.Hash, default))!.Role);
    }

    [Fact]
    public void Migrations_Versions_AreWithoutGaps() =>
        Assert.Equal(Enumerable.Range(2, SchemaMigrations.All.Count), SchemaMigrations.All.Select(migration => migration.Version));

    private SchemaMigrator New(params int[] versions) => New([.. versions.Select(version => new SchemaMigration(version, "test", (_, _) =>
    {
        _run.Add(version);
        return Task.CompletedTask;
    }))]);

    private SchemaMigrator New(params SchemaMigration[] migrations) =>
        new(new StorageClients(_options), migrations, new HubIds(_clock), _clock, NullLogger<SchemaMigrator>.Instance);
}
