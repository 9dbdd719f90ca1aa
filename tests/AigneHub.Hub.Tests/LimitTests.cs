using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests;

/// <summary>Rate limits, as clients see them. A window may end between two calls of a test.</summary>
[Collection(HubCollections.Records)]
public sealed class LimitTests(AzuriteFixture azurite)
{
    private const string Chat = """{"model":"sim/chat-fast","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task RequestsOfAKey_OnTwoInstances_AreRefusedInTheClientsFormatUntilTheLimitGoes()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        await using var other = await TestHub.StartAsync(azurite);
        var (id, key) = await CreateKeyAsync(hub, """{"name":"slow","limits":{"requestsPerMinute":2}}""");
        Assert.Equal(2, (await hub.GetAsync($"/api/admin/keys/{id}"))["limits"]!["requestsPerMinute"]!.GetValue<int>());

        using var refused = await UntilRefusedAsync([hub, other, hub, other, hub], passMin: 2, h => h.ChatAsync(Chat, key));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(("2", "0"), (Header(refused, "x-ratelimit-limit-requests"), Header(refused, "x-ratelimit-remaining-requests")));
        Assert.Matches("^([1-9][0-9]?s|1m0s)$", Header(refused, "x-ratelimit-reset-requests"));
        var error = (await refused.Content.ReadFromJsonAsync<JsonNode>())!["error"]!;
        Assert.Equal(("rate_limit_exceeded", "rate_limit_error"), (Text(error["code"]), Text(error["type"])));
        Assert.StartsWith("The limit of 2 requests per minute of this API key is reached. Retry in ", Text(error["message"]), StringComparison.Ordinal);

        using var anthropic = await UntilRefusedAsync([hub, hub, hub], passMin: 0, h => PostAsync(
            h, "/v1/messages", key, """{"model":"sim/chat-fast","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"""));
        Assert.Equal("rate_limit_error", Text((await anthropic.Content.ReadFromJsonAsync<JsonNode>())!["error"]!["type"]));

        using var got = await hub.Client.GetAsync(new Uri($"/api/admin/keys/{id}", UriKind.Relative));
        await using var managed = new Managed(hub);
        await managed.PatchAsync($"keys/{id}", got.Headers.ETag!.ToString(), """{"limits":{}}""");
        for (var i = 0; i < 4; i++)
        {
            using var passed = await hub.ChatAsync(Chat, key);
            Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        }
    }

    [Fact]
    public async Task RequestsOfAKey_AtEveryFront_AreRefusedInItsFormat()
    {
        await using var cohere = await FakeUpstream.StartAsync((context, _) => context.Response.WriteAsync(
            """{"results":[{"index":0,"relevance_score":0.5}],"meta":{"billed_units":{"search_units":1}}}"""));
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["COHERE_API_KEY"] = "co-vendor-secret-0123456789",
            ["COHERE_BASE_URL"] = $"{cohere.BaseUrl}",
        });
        var (_, key) = await CreateKeyAsync(hub, """{"name":"slow","limits":{"requestsPerMinute":1}}""");
        const string Rank = """{"model":"cohere/rerank-v3.5","query":"a","documents":["b"]}""";
        (string Path, string Body, string Member, string Value)[] fronts =
        [
            ("/v1/responses", """{"model":"sim/chat-fast","input":"Hi"}""", "error.code", "rate_limit_exceeded"),
            ("/v1beta/models/sim%2Fchat-fast:generateContent", """{"contents":[{"parts":[{"text":"Hi"}]}]}""", "error.status", "RESOURCE_EXHAUSTED"),
            ("/v1/rerank", Rank, "message", ""),
            ("/v2/rerank", Rank, "message", ""),
            ("/api/v2/chat", """{"input":{"messages":[{"role":"user","content":"Hi"}],"modelOptions":{"model":"sim/chat-fast"}},"options":{"streaming":true}}""", "error.type", "rate_limit_exceeded"),
            ("/api/v2/chat/completions", """{"model":"sim/chat-fast","prompt":"Hi"}""", "error.type", "rate_limit_exceeded"),
            ("/api/v2/image", """{"input":{"prompt":"A cat","modelOptions":{"model":"sim/image"}}}""", "error.type", "rate_limit_exceeded"),
        ];
        foreach (var (path, body, member, value) in fronts)
        {
            using var refused = await UntilRefusedAsync([hub, hub, hub], passMin: 0, h => PostAsync(h, path, key, body));
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            var document = (await refused.Content.ReadFromJsonAsync<JsonNode>())!;
            var found = member.Split('.').Aggregate(document, (node, name) => node[name]!);
            Assert.StartsWith(value, Text(found), StringComparison.Ordinal);
            Assert.StartsWith(
                "The limit of 1 requests per minute of this API key is reached. Retry in ", Text((document["error"] ?? document)["message"]), StringComparison.Ordinal);
            if (path.StartsWith("/api/v2/", StringComparison.Ordinal))
            {
                Assert.Equal(["message", "type", "timestamp", "code"], document["error"]!.AsObject().Select(one => one.Key));
            }
        }
    }

    [Fact]
    public async Task Create_LimitBelowOne_IsRefusedNamingTheField()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        await using var managed = new Managed(hub);
        var (status, body, _) = await managed.SendAsync(HttpMethod.Post, "keys", """{"name":"x","limits":{"tokensPerMinute":0}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "limits.tokensPerMinute"), (status, Text(body["param"])));
    }

    [Fact]
    public async Task TokensOfAKey_AreForeseenAtTheStartAndCorrectedAtTheEnd()
    {
        await using var vendor = await FakeUpstream.StartAsync((context, _) => context.Response.WriteAsync(FakeUpstream.Answer("Hello", 70, 30)));
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        var (_, key) = await CreateKeyAsync(hub, """{"name":"tokens","limits":{"tokensPerMinute":1000000}}""");
        const string body = """{"model":"openai/gpt-4o","max_tokens":5000,"messages":[{"role":"user","content":"Hi"}]}""";
        var foreseen = (body.Length / 4) + 5_000;

        using var first = await hub.ChatAsync(body, key);
        await first.Content.ReadAsStringAsync();
        Assert.Equal(1_000_000 - foreseen, Remaining(first));
        // The answer is there before its call has ended on the hub.
        await Until.TrueAsync(async () =>
        {
            using var next = await hub.ChatAsync(body, key);
            return (1_000_000 - foreseen - Remaining(next)) % 100 == 0 && Remaining(next) > 1_000_000 - foreseen - 5_000;
        }, "what was foreseen and not used is there again");
    }

    [Fact]
    public async Task StreamsOfAKey_OneMore_IsRefusedUntilOneEnds()
    {
        var release = new TaskCompletionSource();
        await using var vendor = await FakeUpstream.StartAsync(async (context, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("Hel"));
            await release.Task;
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("lo", "stop"));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(5, 2));
            await FakeUpstream.WriteEventAsync(context, "[DONE]");
        });
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        var (_, key) = await CreateKeyAsync(hub, """{"name":"streams","limits":{"concurrentStreams":1}}""");
        const string body = """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

        using var first = await hub.ChatAsync(body, key);
        using var second = await hub.ChatAsync(body, key);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, second.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.Contains("1 concurrent streams of this API key", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        release.SetResult();
        Assert.Contains("[DONE]", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Until.TrueAsync(async () => (await hub.ChatAsync(body, key)).StatusCode == HttpStatusCode.OK, "the stream has ended");
    }

    [Fact]
    public async Task RequestsOfAModel_CountAllKeysTogether()
    {
        await using var vendor = await FakeUpstream.StartAsync((context, _) => context.Response.WriteAsync(FakeUpstream.Answer("Hello", 7, 3)));
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var provider = Managed.NewId("limited");
        await managed.CreateProviderAsync(provider, vendor, "sk-limited-secret-0123456789");
        var (model, _) = await managed.CreateAsync(
            "models", $$$"""{"provider":"{{{provider}}}","model":"m","limits":{"requestsPerMinute":1}}""");
        Assert.Equal(1, model["limits"]!["requestsPerMinute"]!.GetValue<int>());
        var (_, key) = await CreateKeyAsync(hub, """{"name":"any"}""");

        using var refused = await UntilRefusedAsync(
            [hub, hub, hub], passMin: 1, h => h.ChatAsync(Managed.Chat($"{provider}/m"), vendor.Requests.Count % 2 == 0 ? key : null));
        Assert.Contains($"per minute of this model {provider}/m", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Calls one after the other; at most as many pass as in two windows.</summary>
    private static async Task<HttpResponseMessage> UntilRefusedAsync(
        TestHub[] hubs, int passMin, Func<TestHub, Task<HttpResponseMessage>> call)
    {
        for (var i = 0; i < hubs.Length; i++)
        {
            var response = await call(hubs[i]);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.True(i >= passMin, $"{i} passed");
                return response;
            }

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }

        throw new InvalidOperationException("None was refused.");
    }

    private static async Task<(string Id, string Key)> CreateKeyAsync(TestHub hub, string body)
    {
        using var response = await PostAsync(hub, "/api/admin/keys", hub.Key, body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var key = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        return (Text(key["id"]), Text(key["key"]));
    }

    private static async Task<HttpResponseMessage> PostAsync(TestHub hub, string path, string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", key);
        return await hub.Client.SendAsync(request);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static long Remaining(HttpResponseMessage response) =>
        long.Parse(Header(response, "x-ratelimit-remaining-tokens"), CultureInfo.InvariantCulture);
}
