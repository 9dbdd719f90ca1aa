using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Accounts, teams, projects and keys with budgets, over HTTP and Azurite.</summary>
[Collection(HubCollections.Management)]
public sealed class AccountTests(AzuriteFixture azurite)
{
    private const string Budget = """{"limit":"1000","period":"month","timeZone":"Europe/Berlin"}""";

    /// <summary>No route passes a budget by: each call is charged to the account, team, project and key alike.</summary>
    [Fact]
    public async Task EveryRoute_OfAKeyWithBudgets_IsChargedToEachPurse()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var managed = new Managed(hub);
        var id = Managed.NewId("shop");
        foreach (var kind in (string[])["accounts", "teams", "projects"])
        {
            var (status, body, _) = await managed.SendAsync(
                HttpMethod.Post, kind, $$$"""{"id":"{{{id}}}","name":"Shop","budget":{{{Budget}}}}""");
            Assert.True(status == HttpStatusCode.Created, body.ToJsonString());
        }

        var (_, made, _) = await managed.SendAsync(
            HttpMethod.Post, "keys", $$$"""{"name":"till","account":"{{{id}}}","team":"{{{id}}}","project":"{{{id}}}","budget":{{{Budget}}}}""");
        var key = made["key"]!.ToString();
        SecretWatch.Plant(key);
        using var client = new HttpClient { BaseAddress = hub.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
        (string Path, string Body)[] calls =
        [
            ("/v1/chat/completions", $$"""{"model":"sim/chat-fast","max_tokens":7,{{Messages}}}"""),
            ("/v1/chat/completions", $$"""{"model":"sim/chat-fast","max_tokens":7,"stream":true,{{Messages}}}"""),
            ("/v1/messages", $$"""{"model":"sim/chat-fast","max_tokens":7,{{Messages}}}"""),
            ("/v1/responses", """{"model":"sim/chat-fast","max_output_tokens":16,"input":"Hi"}"""),
            ("/v1beta/models/sim%2Fchat-fast:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"""),
            ("/openai/deployments/sim%2Fchat-fast/chat/completions?api-version=2024-10-21", "{" + Messages + "}"),
            ("/api/v2/chat", "{\"input\":{\"modelOptions\":{\"model\":\"sim/chat-fast\"}," + Messages + "}}"),
        ];
        foreach (var (path, body) in calls)
        {
            using var response = await client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {await response.Content.ReadAsStringAsync()}");
            await response.Content.ReadAsByteArrayAsync();
        }

        var lines = await Until.NotNullAsync(async () =>
        {
            var items = (await hub.GetAsync($"/api/admin/accounts/{id}/ledger"))["items"]!.AsArray();
            return items.Count == calls.Length ? items : null;
        }, "all calls are settled");
        var cost = lines.Sum(line => decimal.Parse(line!["cost"]!.ToString(), CultureInfo.InvariantCulture));
        Assert.True(cost > 0);
        foreach (var path in (string[])[$"accounts/{id}", $"teams/{id}", $"projects/{id}", $"keys/{made["id"]}"])
        {
            await Until.TrueAsync(
                async () => decimal.Parse((await hub.GetAsync($"/api/admin/{path}/balance"))["spent"]!.ToString(), CultureInfo.InvariantCulture) == cost,
                $"{path} has spent {cost}");
        }

        var mine = JsonNode.Parse(await client.GetStringAsync(new Uri("/api/me/balance", UriKind.Relative)))!["items"]!.AsArray();
        Assert.Equal(["account", "team", "project", "key"], mine.Select(purse => purse!["owner"]!.ToString()));
        Assert.Equal(1000 - cost, decimal.Parse(mine[1]!["remaining"]!.ToString(), CultureInfo.InvariantCulture));
        var team = Assert.Single((await hub.GetAsync($"/api/admin/usage?groupBy=team,provider&interval=month&account={id}"))["items"]!.AsArray())!;
        Assert.Equal((id, "sim", calls.Length), (team["team"]!.ToString(), team["provider"]!.ToString(), team["sum"]!["calls"]!.GetValue<int>()));
        var statement = Assert.Single((await hub.GetAsync($"/api/admin/teams/{id}/movements"))["items"]!.AsArray())!;
        Assert.Equal(("period", "1000"), (statement["kind"]!.ToString(), statement["amount"]!.ToString()));
    }

    [Fact]
    public async Task Team_ChangedAndListed_KeepsItsVersions()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var managed = new Managed(hub);
        var id = Managed.NewId("team");
        var (status, _, etag) = await managed.SendAsync(HttpMethod.Post, "teams", $$"""{"id":"{{id}}","name":"One"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(HttpStatusCode.NotFound, (await managed.SendAsync(HttpMethod.Get, $"teams/{id}/balance")).Status);
        var next = await managed.PatchAsync($"teams/{id}", etag!, $$"""{"name":"Two","budget":{{Budget}},"reason":"two"}""");
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await managed.SendAsync(HttpMethod.Patch, $"teams/{id}", """{"name":"3"}""", etag)).Status);
        await managed.PatchAsync($"teams/{id}", next, """{"budget":null,"reason":"over"}""");

        var listed = new List<JsonNode>();
        for (string? path = "teams?limit=1"; path is not null;)
        {
            var page = await hub.GetAsync($"/api/admin/{path}");
            listed.AddRange(page["items"]!.AsArray().Select(item => item!));
            path = page["continuation"] is { } continuation ? $"teams?limit=1&continuation={continuation}" : null;
        }

        var team = Assert.Single(listed, item => item["id"]!.ToString() == id);
        Assert.Equal(("Two", null), (team["name"]!.ToString(), team["budget"]));
    }
}
