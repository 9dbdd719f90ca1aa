using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Providers.Authentication;

public sealed class TokenCacheTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly CredentialEntry Credential = new("c", CredentialKind.GoogleServiceAccount, "secret");
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<TokenResult>> _asked = [];
    private readonly TokenCache _cache;

    public TokenCacheTests() => _cache = new TokenCache(_time);

    [Fact]
    public async Task Get_ManyAtOnce_AskOnce()
    {
        var waiting = Enumerable.Range(0, 10).Select(_ => GetAsync()).ToArray();
        Answer("t1", minutes: 60);

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Patience), result => Assert.Equal("t1", result.Token));
        Assert.Equal("t1", await TokenAsync());
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Get_ShortlyBeforeItsEnd_ServesTheOldWhileTheNewIsAskedFor()
    {
        Answer(GetAsync(), "t1", minutes: 60);
        _time.Advance(TimeSpan.FromMinutes(55) - TimeSpan.FromSeconds(1));
        Assert.Equal("t1", await TokenAsync());
        Assert.Single(_asked);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("t1", await TokenAsync());
        Assert.Equal("t1", await TokenAsync());
        Assert.Equal(2, _asked.Count);

        Answer("t2", minutes: 60);
        Assert.Equal("t2", await TokenAsync());
    }

    [Fact]
    public async Task Get_IssuerFailsWhileATokenIsValid_ServesItToItsEnd()
    {
        Answer(GetAsync(), "t1", minutes: 60);
        _time.Advance(TimeSpan.FromMinutes(56));
        _ = GetAsync();
        Fail("refused");
        Assert.Equal("t1", await TokenAsync());
        _time.Advance(TimeSpan.FromMinutes(3.4));
        Assert.Equal("t1", await TokenAsync());
        Fail("refused again");

        _time.Advance(TimeSpan.FromSeconds(10));
        var late = GetAsync();
        Fail("refused at last");

        Assert.Equal("refused at last", (await late.WaitAsync(Patience)).Wrong);
    }

    [Fact]
    public async Task Get_Failure_IsKeptForFiveSeconds()
    {
        var first = GetAsync();
        Fail("refused");
        Assert.Equal("refused", (await first.WaitAsync(Patience)).Wrong);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal("refused", (await GetAsync().WaitAsync(Patience)).Wrong);
        Assert.Single(_asked);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        Answer(GetAsync(), "t1", minutes: 60);
        Assert.Equal("t1", await TokenAsync());
    }

    [Fact]
    public async Task Get_IssuerSilent_FailsInTime()
    {
        var waiting = GetAsync();
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await waiting.WaitAsync(Patience)).MayPass);
    }

    [Fact]
    public async Task Get_CallerGoes_TheOthersGetTheirToken()
    {
        using var gone = new CancellationTokenSource();
        var leaving = GetAsync(cancellationToken: gone.Token);
        var staying = GetAsync();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.WaitAsync(Patience));
        Answer("t1", minutes: 60);

        Assert.Equal("t1", (await staying.WaitAsync(Patience)).Token);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Get_OtherSecret_IsAnotherToken()
    {
        Answer(GetAsync(), "t1", minutes: 60);
        Answer(GetAsync(Credential with { Secret = "other" }), "t2", minutes: 60);

        Assert.Equal("t1", await TokenAsync());
        Assert.Equal("t1", (await GetAsync(Credential with { Id = "same secret" })).Token);
    }

    [Fact]
    public async Task Get_ShortLivedToken_IsRenewedAtHalfItsLife()
    {
        Answer(GetAsync(), "t1", minutes: 4);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("t1", await TokenAsync());
        Assert.Equal(2, _asked.Count);
    }

    private Task<TokenResult> GetAsync(CredentialEntry? credential = null, CancellationToken cancellationToken = default) =>
        _cache.GetAsync(
            credential ?? Credential,
            _ =>
            {
                _asked.Add(new TaskCompletionSource<TokenResult>());
                return _asked[^1].Task;
            },
            cancellationToken);

    private async Task<string?> TokenAsync() => (await GetAsync().WaitAsync(Patience)).Token;

    private void Answer(Task _, string token, int minutes) => Answer(token, minutes);

    private void Answer(string token, int minutes) =>
        _asked[^1].SetResult(TokenResult.Of(token, _time.GetUtcNow() + TimeSpan.FromMinutes(minutes)));

    private void Fail(string sentence) => _asked[^1].SetResult(TokenResult.Failed(sentence));
}
