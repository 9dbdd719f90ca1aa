using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing.Health;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

/// <summary>What a hub knows of its providers, and tells its other instances.</summary>
[Collection(HubCollections.Calls)]
public sealed class ProviderHealthTests(AzuriteFixture azurite)
{
    private const string Chat = """{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task List_RefusedCredential_IsShownAndHoldsOnTheOtherInstance()
    {
        await using var upstream = await FakeUpstream.StartAsync(AnswerAsync);
        var settings = new Dictionary<string, string?>
        {
            ["OPENAI_API_KEY"] = "sk-refused-on-sight,sk-vendor-secret-0123456789",
            ["OPENAI_BASE_URL"] = upstream.BaseUrl.ToString(),
        };
        var notices = new Shared();
        Action<IServiceCollection> shared = services => services.AddSingleton<IHealthNotices>(notices);
        await using var hub = await TestHub.StartAsync(azurite, settings: settings, services: shared);
        await using var other = await TestHub.StartAsync(azurite, settings: settings, services: shared);
        Assert.Equal("unused", (await StateAsync(hub))["state"]!.GetValue<string>());

        using (var response = await hub.ChatAsync(Chat))
        {
            Assert.Equal((HttpStatusCode.OK, "2"), (response.StatusCode, response.Headers.GetValues("x-hub-attempts").Single()));
        }

        var state = await StateAsync(hub);
        Assert.Equal("degraded", state["state"]!.GetValue<string>());
        var refused = state["routes"]!.AsArray().Single(r => r!["model"] is null)!;
        Assert.Equal(("env:openai:1", "disabled", "unauthorized"), (Text(refused, "credential"), Text(refused, "state"), Text(refused, "reason")));
        Assert.DoesNotContain("sk-", state.ToJsonString(), StringComparison.Ordinal);

        // The other instance has not called anybody yet: what it knows is what it was told.
        await Until.TrueAsync(
            () => Task.FromResult(other.Services.GetRequiredService<HealthBoard>().View().Any(r => r.State == RouteHealthState.Disabled)),
            "the other instance knows");
        for (var i = 0; i < 4; i++)
        {
            using var response = await other.ChatAsync(Chat);
            Assert.Equal((HttpStatusCode.OK, "1"), (response.StatusCode, response.Headers.GetValues("x-hub-attempts").Single()));
        }
    }

    [Fact]
    public async Task List_Member_IsRefused()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var created = await hub.Client.PostAsync(
            new Uri("/api/admin/keys", UriKind.Relative), new StringContent("""{"name":"m","tags":["gold"]}""", System.Text.Encoding.UTF8, "application/json"));
        var key = JsonNode.Parse(await created.Content.ReadAsStringAsync())!;
        Assert.Equal("gold", key["tags"]!.AsArray().Single()!.GetValue<string>());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/health/providers");
        request.Headers.Authorization = new("Bearer", key["key"]!.GetValue<string>());
        using var response = await hub.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static async Task<JsonNode> StateAsync(TestHub hub) =>
        (await hub.GetAsync("/api/admin/health/providers"))["items"]!.AsArray().Single(p => Text(p!, "provider") == "openai")!;

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private static Task AnswerAsync(HttpContext context, JsonNode body)
    {
        var refused = context.Request.Headers.Authorization.ToString().EndsWith("sk-refused-on-sight", StringComparison.Ordinal);
        context.Response.StatusCode = refused ? 401 : 200;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(refused ? """{"error":{"message":"no"}}""" : FakeUpstream.Answer("one", 7, 5));
    }

    /// <summary>One deployment's own, beside those of the other tests' hubs in the same storage.</summary>
    private sealed class Shared : IHealthNotices
    {
        private readonly Dictionary<string, InstanceNotices> _rows = [];
        private int _version;

        public Task PutAsync(string instance, IReadOnlyList<HealthNotice> notices, CancellationToken cancellationToken)
        {
            lock (_rows)
            {
                _rows[instance] = new InstanceNotices(instance, $"{++_version}", notices);
            }

            return Task.CompletedTask;
        }

        public Task DeleteAsync(string instance, string? version, CancellationToken cancellationToken)
        {
            lock (_rows)
            {
                _rows.Remove(instance);
            }

            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<InstanceNotices>> ListAsync(CancellationToken cancellationToken)
        {
            lock (_rows)
            {
                return Task.FromResult<IReadOnlyList<InstanceNotices>>([.. _rows.Values]);
            }
        }
    }
}
