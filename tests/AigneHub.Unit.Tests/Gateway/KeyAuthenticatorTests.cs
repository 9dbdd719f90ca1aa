using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Authentication;
using AigneHub.Unit.Tests.Identity;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class KeyAuthenticatorTests
{
    [Fact]
    public async Task AuthenticateAsync_StoreHangs_IsRefusedAfterFiveSecondsAndLetInWhenItAnswers()
    {
        var time = new FakeTimeProvider();
        var store = new HangingStore();
        var authenticator = NewAuthenticator(store, 10, time);
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Bearer some-key";

        var first = authenticator.AuthenticateAsync(request, CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var (caller, error) = await first.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Null(caller);
        Assert.Equal(("key_store_unavailable", 503, Blame.Hub), (error!.Code, error.Status, error.Blame));
        Assert.NotNull(error.RetryAfter);

        var second = authenticator.AuthenticateAsync(request, CancellationToken.None).AsTask();
        store.Answer.SetResult(new KeyRecord
        {
            Id = "k",
            Hash = "h",
            Account = "default",
            Name = "n",
            Role = Role.Member,
            Hint = "",
            CreatedAt = time.GetUtcNow(),
        });
        Assert.Equal("k", (await second.WaitAsync(TimeSpan.FromSeconds(10))).Caller!.Key.Id);
        Assert.Equal(1, store.LookUps);
    }

    [Fact]
    public async Task AuthenticateAsync_WithoutCacheTimeAndStoreThatAnswersAtOnce_LooksUpEachTime()
    {
        var store = new HangingStore();
        store.Answer.SetResult(null);
        var authenticator = NewAuthenticator(store, 0, new FakeTimeProvider());
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Bearer some-key";

        for (var i = 1; i <= 3; i++)
        {
            var asked = Task.Run(async () => await authenticator.AuthenticateAsync(request, CancellationToken.None));
            Assert.Equal(401, (await asked.WaitAsync(TimeSpan.FromSeconds(10))).Error!.Status);
            Assert.Equal(i, store.LookUps);
        }
    }

    [Fact]
    public async Task AuthenticateAsync_KeyWithoutItsAccountOrTeam_IsRefused()
    {
        var owners = new Owners();
        var store = new HangingStore();
        store.Answer.SetResult(RoutingSamples.Key() with { Team = "t", Project = "Blue" });
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Bearer some-key";

        async Task<CallTerms?> TermsAsync() =>
            (await NewAuthenticator(store, 0, new FakeTimeProvider(), owners).AuthenticateAsync(request, CancellationToken.None)).Caller?.Terms;

        Assert.Null(await TermsAsync());
        owners.Add(OwnerKind.Account, "a");
        Assert.Null(await TermsAsync());
        owners.Add(OwnerKind.Team, "t");
        Assert.Equal("account:a", string.Join(' ', AllOf((await TermsAsync())!.Purses)));
        owners.Add(OwnerKind.Team, "t", new PurseTerms(PurseKind.Soft, new Budget(1, PeriodLength.Day, "UTC")), new RateLimits(5));
        owners.Add(OwnerKind.Project, "blue", new PurseTerms(PurseKind.Hard, new Budget(1, PeriodLength.Day, "UTC")));
        var terms = (await TermsAsync())!;
        Assert.Equal("account:a team:t project:blue", string.Join(' ', AllOf(terms.Purses)));
        Assert.Equal("project:blue", Assert.Single(terms.Binding).Value);
        Assert.Equal(("team:t", 5), (Assert.Single(terms.Limits).Subject, terms.Limits[0].Limits.RequestsPerMinute));
    }

    private static IEnumerable<PurseId> AllOf(PurseSet purses) => Enumerable.Range(0, purses.Count).Select(i => purses[i]);

    private static KeyAuthenticator NewAuthenticator(IKeyStore keys, double seconds, TimeProvider time, Owners? owners = null)
    {
        if (owners is null)
        {
            owners = new Owners();
            owners.Add(OwnerKind.Account, "default");
        }

        return Authenticators.Of(keys, owners, new Snapshots(), new GatewayOptions { KeyCacheSeconds = seconds }, time);
    }

    private sealed class Snapshots : IHubSnapshots
    {
        public HubSnapshot Current { get; } = new(HubMode.Enterprise, [], []);

        public bool IsLoaded => true;
    }

    private sealed class Owners : IOwnerStore
    {
        private readonly Dictionary<(OwnerKind, string), OwnerRecord> _all = [];

        public void Add(OwnerKind kind, string id, PurseTerms? terms = null, RateLimits? limits = null) => _all[(kind, id)] =
            new OwnerRecord { Kind = kind, Id = id, Name = id, CreatedAt = default, Terms = terms, Limits = limits };

        public Task<Versioned<OwnerRecord>?> FindAsync(OwnerKind kind, string id, CancellationToken cancellationToken) => Task.FromResult(
            _all.TryGetValue((kind, id), out var owner) ? new Versioned<OwnerRecord>(owner, "") : null);

        public Task<Page<Versioned<OwnerRecord>>> ListAsync(
            OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class HangingStore : IKeyStore
    {
        public TaskCompletionSource<KeyRecord?> Answer { get; } = new();

        public int LookUps { get; private set; }

        public Task<KeyRecord?> FindByHashAsync(string hash, CancellationToken cancellationToken)
        {
            LookUps++;
            return Answer.Task;
        }

        public Task<Versioned<KeyRecord>?> GetAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Page<KeyRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<KeyRecord>> ListOwnAsync(string owner, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<KeyRecord> ListOfAsync(OwnerKind kind, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> RotateAsync(KeyRecord key, string etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, string>> TeamsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> CreateAsync(KeyRecord key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> UpdateAsync(KeyRecord key, string etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> SetAdministratorAsync(KeyRecord key, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> UnsetAdministratorAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
