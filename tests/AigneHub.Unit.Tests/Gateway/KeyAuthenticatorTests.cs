using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Gateway;
using AigneHub.Gateway.Authentication;
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
        var authenticator = new KeyAuthenticator(store, new GatewayOptions { KeyCacheSeconds = 10 }, time);
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
            Role = KeyRole.Member,
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
        var authenticator = new KeyAuthenticator(store, new GatewayOptions { KeyCacheSeconds = 0 }, new FakeTimeProvider());
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Bearer some-key";

        for (var i = 1; i <= 3; i++)
        {
            var asked = Task.Run(async () => await authenticator.AuthenticateAsync(request, CancellationToken.None));
            Assert.Equal(401, (await asked.WaitAsync(TimeSpan.FromSeconds(10))).Error!.Status);
            Assert.Equal(i, store.LookUps);
        }
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

        public Task<bool> CreateAsync(KeyRecord key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> UpdateAsync(KeyRecord key, string etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> SetAdministratorAsync(KeyRecord key, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
