using System.Net;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

[Collection(HubCollections.Hostile)]
public sealed class BrowserTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string App = "https://app.example.com";
    private TestHub _hub = null!;

    public async Task InitializeAsync() => _hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>
    {
        ["AigneHub:Gateway:CorsOrigins"] = $"{App}, http://localhost:3000",
        ["AigneHub:Gateway:AuthenticationFailuresPerMinute"] = "5",
    });

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Theory]
    [InlineData("/health")]
    [InlineData("/v1/models")]
    [InlineData("/api/admin/keys")]
    [InlineData("/nowhere")]
    public async Task AnyAnswer_TellsBrowsersThatItIsNoPage(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, ("X-Forwarded-Proto", "https"));
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal("max-age=31536000", response.Headers.GetValues("Strict-Transport-Security").Single());
        Assert.False(response.Headers.Contains("Server"));
        using var open = await SendAsync(HttpMethod.Get, path, null);
        Assert.False(open.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Preflight_OfAnAllowedOrigin_IsAnswered_AndTheCallCanBeRead()
    {
        using var preflight = await SendAsync(
            HttpMethod.Options, "/v1/chat/completions", App, ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type,x-stainless-lang"));
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(App, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("POST", preflight.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Contains("authorization", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));

        using var call = await SendAsync(HttpMethod.Get, "/v1/models", App);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
        Assert.Equal(App, call.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("x-request-id", call.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
        Assert.Contains("Origin", call.Headers.Vary);
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("https://app.example.com.evil.net")]
    [InlineData("http://app.example.com")]
    [InlineData("null")]
    public async Task Preflight_OfAnotherOrigin_IsNotAllowed(string origin)
    {
        using var preflight = await SendAsync(
            HttpMethod.Options, "/v1/chat/completions", origin, ("Access-Control-Request-Method", "POST"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.StatusCode);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
        using var call = await SendAsync(HttpMethod.Get, "/v1/models", origin);
        Assert.False(call.Headers.Contains("Access-Control-Allow-Origin"));
    }

    /// <summary>Who guesses waits; who has a key that works does not, and a wrong key that is repeated is no guess.</summary>
    [Fact]
    public async Task GuessedKeys_AfterSomeAMinute_Are429_AndKnownKeysPass()
    {
        using var known = await SendAsync(HttpMethod.Get, "/v1/models", null);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync("the-same")).StatusCode);
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await GuessAsync($"guess-{i}")).StatusCode);
        }

        using var refused = await GuessAsync("one-more");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("too_many_failed_authentications", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var still = await SendAsync(HttpMethod.Get, "/v1/models", null);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private async Task<HttpResponseMessage> GuessAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("x-api-key", key);
        using var stranger = new HttpClient { BaseAddress = _hub.Address };
        return await stranger.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? origin, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", _hub.Key);
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _hub.Client.SendAsync(request);
    }
}
