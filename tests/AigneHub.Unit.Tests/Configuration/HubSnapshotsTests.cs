using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Gateway.Configuration;
using AigneHub.Providers.Configuration;
using AigneHub.Testing;
using AigneHub.Unit.Tests.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>How an instance follows what is stored.</summary>
public sealed class HubSnapshotsTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);
    private readonly MemoryConfiguration _store = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Cards _cards = new();
    private readonly MasterKey _masterKey = new();
    private readonly MemoryDataKeys _dataKeys = new();
    private readonly SecretProtector _protector;
    private readonly HubSnapshots _snapshots;

    public HubSnapshotsTests()
    {
        _protector = new SecretProtector(_masterKey, _dataKeys, new HubIds(_time), _time);
        var settings = new SettingsConfiguration(HubMode.Enterprise, [], [], []);
        _snapshots = new HubSnapshots(
            new SnapshotBuilder(settings, privateAllowed: false), _store, new CredentialOpener(_protector, new IncidentLog()), _cards,
            _time, new Random(1), NullLogger<HubSnapshots>.Instance);
        _cards.InForce = () => _snapshots.Current;
    }

    public void Dispose()
    {
        _snapshots.Dispose();
        _protector.Dispose();
    }

    [Fact]
    public async Task Run_StoredVersionChanges_IsInForceWithinTenSeconds()
    {
        using var stop = new CancellationTokenSource();
        var running = _snapshots.RunAsync(stop.Token);
        _store.Stored = With("v1", "a");

        await PassAsync(() => _snapshots.Current.FindProvider("a") is not null);
        var reads = _store.Reads;
        var looks = _store.VersionReads;
        await PassAsync(() => _store.VersionReads > looks + 2);

        Assert.Equal(reads, _store.Reads);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_StorageOutOfReach_KeepsWhatWasInForceAndGoesOn()
    {
        using var stop = new CancellationTokenSource();
        var running = _snapshots.RunAsync(stop.Token);
        _store.Stored = With("v1", "a");
        await PassAsync(() => _snapshots.Current.FindProvider("a") is not null);
        foreach (var failure in new Exception[] { new StorageUnavailableException("down"), new InvalidDataException("row") })
        {
            _store.Failure = failure;
            var tried = _store.VersionReads;
            await PassAsync(() => _store.VersionReads > tried + 2);
            Assert.NotNull(_snapshots.Current.FindProvider("a"));
        }

        _store.Stored = With("v2", "b");
        _store.Failure = null;
        await PassAsync(() => _snapshots.Current.FindProvider("b") is not null);

        Assert.Null(_snapshots.Current.FindProvider("a"));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task IsLoaded_OnceWhatIsStoredIsInForceOrCannotBe()
    {
        Assert.False(_snapshots.IsLoaded);
        _store.Failure = new StorageUnavailableException("down");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _snapshots.RefreshAsync(default));
        Assert.False(_snapshots.IsLoaded);

        _store.Failure = null;
        await _snapshots.RefreshAsync(default);
        Assert.True(_snapshots.IsLoaded);
    }

    [Fact]
    public void ServeSettings_NothingCanBeLoaded_CallsAreDecidedByTheSettings()
    {
        _snapshots.ServeSettings();
        Assert.True(_snapshots.IsLoaded);
    }

    [Fact]
    public async Task Refresh_UploadedCatalogue_IsInForceAndItsLossChangesNothing()
    {
        var stored = With("v1", "a") with
        {
            Models = [],
            Providers = [new ProviderRecord { Id = "a", Vendor = "ollama", BaseUrl = "https://a.example.org", CreatedAt = default, UpdatedAt = default }],
        };
        _cards.Catalogue = """{"format":1,"asOf":"2026-11-23","providers":{"ollama":[{"id":"m","rates":{"input":7}}]}}"""u8.ToArray();
        _store.Stored = stored with { Prices = Uploaded("1") };
        await _snapshots.RefreshAsync(default);
        Assert.Equal(7, _snapshots.Current.FindModel("a/m")!.Rates![UnitKind.Input]!.Base);

        _cards.Catalogue = null;
        _store.Stored = stored with { Version = "v2", Prices = Uploaded("2") };
        await Assert.ThrowsAsync<InvalidDataException>(() => _snapshots.RefreshAsync(default));
        Assert.NotNull(_snapshots.Current.FindModel("a/m"));

        _store.Stored = stored with { Version = "v3" };
        await _snapshots.RefreshAsync(default);
        Assert.Null(_snapshots.Current.FindModel("a/m"));

        static StoredPrices Uploaded(string version) =>
            new(null, [], new CatalogueRecord { Version = version, AsOf = "2026-11-23", UpdatedAt = default });
    }

    [Fact]
    public async Task Refresh_RateCard_IsKeptBeforeItIsInForce()
    {
        _store.Stored = With("v1", "a");
        await _snapshots.RefreshAsync(default);

        Assert.Equal([_snapshots.Current.RateCard.Version], _cards.Kept);
        Assert.False(_cards.WasInForceBefore);
        _cards.Failure = new StorageUnavailableException("down");
        _store.Stored = With("v2", "b");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _snapshots.RefreshAsync(default));
        Assert.NotNull(_snapshots.Current.FindProvider("a"));
    }

    [Fact]
    public async Task Run_MasterKeyOutOfReach_IsTriedAgain()
    {
        using var sealing = new SecretProtector(_masterKey, _dataKeys, new HubIds(_time), _time);
        var secret = (await sealing.SealAsync("cred_1", CredentialKind.ApiKey, "sk", default)).Secret;
        var stored = With("v1", "a");
        _store.Stored = stored with
        {
            Credentials =
            [
                new CredentialRecord
                {
                    Id = "cred_1", Provider = "a", Name = "n", Kind = CredentialKind.ApiKey, Secret = secret, CreatedAt = default,
                    UpdatedAt = default,
                },
            ],
        };
        _masterKey.IsAway = true;
        using var stop = new CancellationTokenSource();
        var running = _snapshots.RunAsync(stop.Token);
        await PassAsync(() => _snapshots.InForce.Credentials.ContainsKey("cred_1"));
        Assert.Equal(RecordStatus.NotOpened, _snapshots.InForce.Credentials["cred_1"].Status);
        Assert.Null(_snapshots.Current.FindProvider("a"));

        _masterKey.IsAway = false;
        for (var i = 0; i < 4 && _snapshots.Current.FindProvider("a") is null; i++)
        {
            await PassAsync(() => _snapshots.Current.FindProvider("a") is not null, needed: i == 3);
        }

        Assert.Equal("sk", _snapshots.Current.FindProvider("a")!.Credentials[0].Secret);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Refresh_MasterKeyOutOfReach_KeepsWhatHasNotChangedAndAsksOnceADataKey()
    {
        using var sealing = new SecretProtector(_masterKey, _dataKeys, new HubIds(_time), _time);
        async Task<CredentialRecord> SealedAsync(string id, DateTimeOffset at) => new()
        {
            Id = id,
            Provider = "a",
            Name = "n",
            Kind = CredentialKind.ApiKey,
            CreatedAt = default,
            UpdatedAt = at,
            Secret = (await sealing.SealAsync(id, CredentialKind.ApiKey, "sk-" + id, default)).Secret,
        };
        _store.Stored = With("v1", "a") with { Credentials = [await SealedAsync("1", default), await SealedAsync("2", default)] };
        await _snapshots.RefreshAsync(default);

        // Another instance rotates and seals anew; then Key Vault is away.
        await sealing.RotateAsync(default);
        _store.Stored = With("v2", "a") with
        {
            Credentials = [await SealedAsync("1", default), await SealedAsync("2", DateTimeOffset.UnixEpoch), await SealedAsync("3", default)],
        };
        _masterKey.IsAway = true;
        _masterKey.Asked = 0;
        await _snapshots.RefreshAsync(default);

        Assert.Equal(1, _masterKey.Asked);
        Assert.Equal("sk-1", Assert.Single(_snapshots.Current.FindProvider("a")!.Credentials).Secret);
        Assert.Equal(RecordStatus.Active, _snapshots.InForce.Credentials["1"].Status);
        Assert.Equal(RecordStatus.NotOpened, _snapshots.InForce.Credentials["2"].Status);
    }

    /// <summary>Lets time go by, at most what is promised, until the condition holds.</summary>
    private async Task PassAsync(Func<bool> condition, bool needed = true)
    {
        for (var passed = TimeSpan.Zero; passed < Promised && !condition(); passed += Step)
        {
            _time.Advance(Step);
            await Task.Yield();
            for (var i = 0; i < 20 && !condition(); i++)
            {
                await Task.Delay(1);
            }
        }

        Assert.True(!needed || condition());
    }

    private static StoredConfiguration With(string version, string provider) => StoredConfiguration.Empty with
    {
        Version = version,
        Providers =
        [
            new ProviderRecord
            {
                Id = provider, Vendor = "custom-openai", BaseUrl = "https://a.example.org", CreatedAt = default, UpdatedAt = default,
            },
        ],
    };

    private sealed class Cards : IRateCardStore
    {
        public List<string> Kept { get; } = [];

        public Func<HubSnapshot> InForce { get; set; } = () => throw new InvalidOperationException();

        public bool WasInForceBefore { get; private set; }

        public Exception? Failure { get; set; }

        public Task PutAsync(RateCard card, CancellationToken cancellationToken)
        {
            WasInForceBefore |= ReferenceEquals(InForce().RateCard, card);
            Kept.Add(card.Version);
            return Failure is null ? Task.CompletedTask : Task.FromException(Failure);
        }

        public byte[]? Catalogue { get; set; }

        public Task PutCatalogueAsync(string version, ReadOnlyMemory<byte> document, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<byte[]?> FindCatalogueAsync(string version, CancellationToken cancellationToken) => Task.FromResult(Catalogue);

        public Task<byte[]?> FindAsync(string version, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class MasterKey : IMasterKey
    {
        private static readonly byte[] Key = new byte[KeyWrap.KeyBytes];

        public bool IsAway { get; set; }

        public int Asked { get; set; }

        public string Id => "test";

        public Task<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken) =>
            Task.FromResult(new WrappedKey(Id, KeyWrap.Wrap(Key, dataKey.Span)));

        public Task<byte[]?> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
        {
            Asked++;
            return IsAway ? throw new MasterKeyUnavailableException("away") : Task.FromResult(KeyWrap.Unwrap(Key, wrapped.Wrapped));
        }
    }
}
