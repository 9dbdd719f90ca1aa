using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>What a key may be used for, from where, and until when, over HTTP.</summary>
[Collection(HubCollections.Records)]
public sealed class KeyRightsTests(AzuriteFixture azurite)
{
    private const string Chat = """{"model":"sim/chat-fast","messages":[{"role":"user","content":"Hi"}]}""";
    private const string Messages = """{"model":"sim/chat-fast","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task ScopesAndAddresses_AreToldInEachApisFormat()
    {
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["AigneHub:Gateway:TrustedProxies"] = "1",
        });
        var narrow = await KeyAsync(hub, """{"name":"narrow","scopes":["audio"],"ipRanges":["192.0.2.0/24"]}""");
        (string Method, string Path, string? Body, string Scope)[] calls =
        [
            ("POST", "/v1/chat/completions", Chat, "chat"),
            ("POST", "/v1/responses", """{"model":"sim/chat-fast","input":"Hi"}""", "responses"),
            ("GET", "/v1/responses/resp_1", null, "responses"),
            ("DELETE", "/v1/responses/resp_1", null, "responses"),
            ("POST", "/v1/messages", Messages, "messages"),
            ("POST", "/v1/messages/count_tokens", Messages, "messages"),
            ("POST", "/v1beta/models/sim/chat-fast:generateContent", """{"contents":[]}""", "chat"),
            ("POST", "/v1/embeddings", """{"model":"sim/embed","input":"Hi"}""", "embeddings"),
            ("POST", "/v1/images/generations", """{"model":"sim/image","prompt":"Hi"}""", "images"),
            ("POST", "/v1/videos", """{"model":"sim/video","prompt":"Hi"}""", "videos"),
            ("GET", "/v1/videos", null, "videos"),
            ("GET", "/v1/videos/video_1", null, "videos"),
            ("POST", "/v1/rerank", """{"model":"sim/rerank","query":"Hi","documents":["a"]}""", "rerank"),
            ("POST", "/v1/moderations", """{"model":"sim/m","input":"Hi"}""", "moderations"),
            ("POST", "/api/v2/chat", """{"input":{}}""", "chat"),
            ("POST", "/api/v2/embeddings", """{"model":"sim/embed","input":"Hi"}""", "embeddings"),
            ("GET", "/api/user/info", null, "account"),
            ("GET", "/api/ai/models", null, "models"),
            ("GET", "/api/pricing", null, "models"),
            ("GET", "/v1/models", null, "models"),
            ("GET", "/v1beta/models", null, "models"),
            ("GET", "/api/me/usage", null, "account"),
            ("GET", "/api/me/keys", null, "keys"),
            ("GET", "/api/admin/keys", null, "management"),
        ];
        foreach (var (method, path, body, scope) in calls)
        {
            var (status, text) = await SendAsync(hub, narrow, method, path, body, "192.0.2.7");
            Assert.True(status == HttpStatusCode.Forbidden && text.Contains($"'{scope}'", StringComparison.Ordinal), $"{method} {path}: {(int)status} {text}");
            (status, text) = await SendAsync(hub, narrow, method, path, body, "192.0.2.7, 198.51.100.1");
            Assert.True(
                status == HttpStatusCode.Forbidden && text.Contains("address", StringComparison.Ordinal) && !text.Contains("192.0", StringComparison.Ordinal),
                $"{method} {path}: {(int)status} {text}");
        }

        var chat = await KeyAsync(hub, """{"name":"chat","scopes":["chat","models"],"modelsDenied":["SIM/chat-f*"],"ipRanges":["192.0.2.0/24"]}""");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(hub, chat, "POST", "/v1/chat/completions", Chat.Replace("chat-fast", "chat", StringComparison.Ordinal), "192.0.2.7")).Status);
        var denied = await SendAsync(hub, chat, "POST", "/v1/chat/completions", Chat, "192.0.2.7");
        Assert.Contains("model_not_allowed", denied.Text, StringComparison.Ordinal);
        Assert.Contains("permission_error", (await SendAsync(hub, chat, "POST", "/v1/messages", Messages, "192.0.2.7")).Text, StringComparison.Ordinal);
        foreach (var list in new[] { "/v1/models", "/api/pricing", "/api/ai/models" })
        {
            var (status, text) = await SendAsync(hub, chat, "GET", list, null, "192.0.2.7");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains("chat", text, StringComparison.Ordinal);
            Assert.DoesNotContain("chat-fast", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AuditorsKey_ReadsAndCallsNoModel()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var auditor = await KeyAsync(hub, """{"name":"auditor","role":"auditor"}""");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(hub, auditor, "GET", "/api/admin/keys?limit=1", null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(hub, auditor, "POST", "/v1/chat/completions", Chat)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(hub, auditor, "GET", "/v1/responses/resp_1", null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(hub, auditor, "POST", "/api/me/keys", """{"name":"n"}""")).Status);
    }

    [Fact]
    public async Task RotatedKey_OfItsOwn_WorksOnAllInstancesAndEndsOnAllWithinTenSeconds()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        await using var other = await TestHub.StartAsync(azurite);
        var first = await KeyAsync(hub, """{"name":"rotated"}""");
        Assert.Equal(HttpStatusCode.OK, await ChatAsync(other, first));
        var child = JsonNode.Parse((await SendAsync(other, first, "POST", "/api/me/keys", """{"name":"child","models":["sim/*"]}""")).Text)!;
        var id = child["madeWith"]!.GetValue<string>();

        var rotated = JsonNode.Parse((await SendAsync(hub, first, "POST", $"/api/me/keys/{id}/rotate", "{}")).Text)!;
        var second = rotated["key"]!.GetValue<string>();
        SecretWatch.Plant(second);
        Assert.Equal(first[^4..], rotated["previous"]![0]!["hint"]!.GetValue<string>());
        foreach (var instance in new[] { hub, other })
        {
            Assert.Equal(HttpStatusCode.OK, await ChatAsync(instance, first));
            Assert.Equal(HttpStatusCode.OK, await ChatAsync(instance, second));
        }

        Assert.Equal(HttpStatusCode.OK, await ChatAsync(other, child["key"]!.GetValue<string>()));
        using var revoked = await hub.Client.DeleteAsync(new Uri($"/api/admin/keys/{id}", UriKind.Relative));
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ChatAsync(hub, first));
        Assert.Equal(HttpStatusCode.Unauthorized, await ChatAsync(hub, second));
        await Until.TrueAsync(
            async () =>
            {
                foreach (var secret in new[] { first, second, child["key"]!.GetValue<string>() })
                {
                    if (await ChatAsync(other, secret) != HttpStatusCode.Unauthorized)
                    {
                        return false;
                    }
                }

                return true;
            }, "the revocation holds on the other instance, for all secrets and what was made with them");
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10.5));
    }

    private static async Task<HttpStatusCode> ChatAsync(TestHub hub, string key)
    {
        using var response = await hub.ChatAsync(Chat, key);
        return response.StatusCode;
    }

    private static async Task<string> KeyAsync(TestHub hub, string body)
    {
        var (status, text) = await SendAsync(hub, hub.Key, "POST", "/api/admin/keys", body);
        Assert.True(status == HttpStatusCode.Created, text);
        var key = JsonNode.Parse(text)!["key"]!.GetValue<string>();
        SecretWatch.Plant(key);
        return key;
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(
        TestHub hub, string key, string method, string path, string? body, string? from = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (from is not null)
        {
            request.Headers.Add("X-Forwarded-For", from);
        }

        using var response = await hub.Client.SendAsync(request);
        return (response.StatusCode, (await response.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal));
    }
}
