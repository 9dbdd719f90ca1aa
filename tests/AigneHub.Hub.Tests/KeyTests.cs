using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>Hub keys: made, limited, changed, expired, revoked.</summary>
[Collection(HubCollections.Records)]
public sealed class KeyTests(AzuriteFixture azurite)
{
    private const string Chat = """{"model":"sim/chat-fast","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task Create_KeyIsShownOnceAndWorksInEveryHeader()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        var (key, id) = await CreateAsync(hub, """{"name":"three headers"}""");

        Assert.Matches("^ahk_[0-9A-Za-z]{49}$", key);
        var stored = await hub.GetAsync($"/api/admin/keys/{id}");
        Assert.Null(stored["key"]);
        Assert.Equal(key[^4..], stored["hint"]!.GetValue<string>());
        using var plain = new HttpClient { BaseAddress = hub.Address };
        foreach (var (header, value) in new[] { ("Authorization", $"Bearer {key}"), ("x-api-key", key), ("api-key", key) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await plain.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.OK, header);
        }
    }

    [Fact]
    public async Task Create_AllowList_BindsCallsAndTheModelList()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var (key, _) = await CreateAsync(hub, """{"name":"narrow","models":["sim/chat*"]}""");

        using var allowed = await hub.ChatAsync(Chat, key);
        using var refused = await hub.ChatAsync(Chat.Replace("sim/chat-fast", "sim/tool", StringComparison.Ordinal), key);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("model_not_allowed", await CodeAsync(refused));
        using var list = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using var models = await hub.Client.SendAsync(list);
        Assert.All(
            (await models.Content.ReadFromJsonAsync<JsonNode>())!["data"]!.AsArray(),
            m => Assert.StartsWith("sim/chat", m!["id"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revoke_HoldsOnEveryInstanceWithinTenSeconds()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        await using var other = await TestHub.StartAsync(azurite);
        var (key, id) = await CreateAsync(hub, """{"name":"short lived"}""");
        using (var before = await other.ChatAsync(Chat, key))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        using var revoked = await hub.Client.DeleteAsync(new Uri($"/api/admin/keys/{id}", UriKind.Relative));
        var started = System.Diagnostics.Stopwatch.GetTimestamp();

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using (var here = await hub.ChatAsync(Chat, key))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, here.StatusCode);
        }

        await Until.TrueAsync(
            async () =>
            {
                using var there = await other.ChatAsync(Chat, key);
                return there.StatusCode == HttpStatusCode.Unauthorized;
            }, "the revocation holds on the other instance");
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        Assert.NotNull((await hub.GetAsync($"/api/admin/keys/{id}"))["revokedAt"]);
    }

    [Fact]
    public async Task Expiry_EndsTheKey()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var (key, _) = await CreateAsync(hub, $$"""{"name":"ends","expiresAt":"{{DateTimeOffset.UtcNow.AddSeconds(2):O}}"}""");

        await Until.TrueAsync(
            async () =>
            {
                using var response = await hub.ChatAsync(Chat, key);
                return response.StatusCode == HttpStatusCode.Unauthorized && await CodeAsync(response) == "api_key_inactive";
            }, "the key expires");
    }

    [Fact]
    public async Task Create_SameIdempotencyKey_MakesOneKey()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var idempotencyKey = Guid.NewGuid().ToString();

        using var first = await PostAsync(hub, """{"name":"once"}""", idempotencyKey);
        using var again = await PostAsync(hub, """{"name":"once"}""", idempotencyKey);
        using var other = await PostAsync(hub, """{"name":"another"}""", idempotencyKey);

        var made = (await first.Content.ReadFromJsonAsync<JsonNode>())!;
        var repeated = (await again.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal(made["id"]!.GetValue<string>(), repeated["id"]!.GetValue<string>());
        Assert.Null(repeated["key"]);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task Update_NeedsTheCurrentETag()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var (_, id) = await CreateAsync(hub, """{"name":"old"}""");
        using var read = await hub.Client.GetAsync(new Uri($"/api/admin/keys/{id}", UriKind.Relative));
        var etag = read.Headers.ETag!;

        using var without = await PatchAsync(hub, id, """{"name":"new"}""", null);
        using var changed = await PatchAsync(hub, id, """{"name":"new"}""", etag);
        using var stale = await PatchAsync(hub, id, """{"name":"newer"}""", etag);

        Assert.Equal(428, (int)without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("new", (await changed.Content.ReadFromJsonAsync<JsonNode>())!["name"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
    }

    [Fact]
    public async Task List_PagesThroughEveryKey()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await CreateAsync(hub, $$"""{"name":"page {{i}}"}""")).Id);
        }

        var seen = new List<string>();
        var path = "/api/admin/keys?limit=2";
        while (true)
        {
            var page = await hub.GetAsync(path);
            seen.AddRange(page["items"]!.AsArray().Select(k => k!["id"]!.GetValue<string>()));
            if (page["continuation"] is not { } continuation)
            {
                break;
            }

            path = $"/api/admin/keys?limit=2&continuation={Uri.EscapeDataString(continuation.GetValue<string>())}";
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(Enumerable.Reverse(made), seen.Where(made.Contains));
    }

    [Theory]
    [InlineData("""{"nam":"x"}""", 400, "nam")]
    [InlineData("""{"name":"x","name":"y"}""", 400, "")]
    [InlineData("""{}""", 400, "required")]
    [InlineData("""{"name":""}""", 400, "name")]
    [InlineData("""{"name":"x","role":"god"}""", 400, "role")]
    [InlineData("""{"name":"x","role":1}""", 400, "role")]
    [InlineData("""{"name":"x","models":["a*b"]}""", 400, "models")]
    [InlineData("""{"name":"x","expiresAt":"2001-01-01T00:00:00Z"}""", 400, "expiresAt")]
    [InlineData("""{"name":"x","account":"nobody"}""", 400, "account")]
    [InlineData("""not json""", 400, "malformed")]
    public async Task Create_BadRequest_IsAProblemThatNamesTheField(string body, int status, string named)
    {
        await using var hub = await TestHub.StartAsync(azurite);

        using var response = await PostAsync(hub, body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(named, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemberKey_MayReadItsOwnUsageAndNothingOfTheHub()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var (key, id) = await CreateAsync(hub, """{"name":"member"}""");
        using var client = new HttpClient { BaseAddress = hub.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        foreach (var path in new[] { "/api/me/usage", "/api/me/ledger", "/v1/models" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(response.StatusCode == HttpStatusCode.OK, path);
        }

        foreach (var path in new[]
        {
            "/api/admin/keys", $"/api/admin/keys/{id}", "/api/admin/usage", "/api/admin/usage/poison",
            "/api/admin/accounts/default/ledger", "/api/admin/accounts/default/audit",
        })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, path);
        }
    }

    private static async Task<(string Key, string Id)> CreateAsync(TestHub hub, string body)
    {
        using var response = await PostAsync(hub, body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var document = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        return (document["key"]!.GetValue<string>(), document["id"]!.GetValue<string>());
    }

    private static Task<HttpResponseMessage> PostAsync(TestHub hub, string body, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/keys") { Content = Json(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return hub.Client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> PatchAsync(TestHub hub, string id, string body, EntityTagHeaderValue? etag)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/admin/keys/{id}") { Content = Json(body) };
        if (etag is not null)
        {
            request.Headers.IfMatch.Add(etag);
        }

        return hub.Client.SendAsync(request);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<string> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>())!["error"]!["code"]!.GetValue<string>();
}
