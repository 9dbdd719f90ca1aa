using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

/// <summary>What was called is what the sums, the ledger and the audit say.</summary>
[Collection(HubCollections.Records)]
public sealed class UsageTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task ManyCalls_SumsLedgerAndAuditAgree()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var made = await hub.Client.PostAsJsonAsync("/api/admin/keys", new { name = "sums", project = "red" });
        var document = (await made.Content.ReadFromJsonAsync<JsonNode>())!;
        var (key, keyId) = (document["key"]!.GetValue<string>(), document["id"]!.GetValue<string>());

        const int Calls = 25;
        var outputs = await Task.WhenAll(Enumerable.Range(0, Calls).Select(async _ =>
        {
            using var response = await hub.ChatAsync(
                """{"model":"sim/chat-fast","messages":[{"role":"user","content":"Hi"}],"max_tokens":7}""", key);
            return (await response.Content.ReadFromJsonAsync<JsonNode>())!["usage"]!;
        }));

        var row = await Until.NotNullAsync(async () =>
        {
            var usage = await hub.GetAsync("/api/me/usage?groupBy=key,model,project&interval=hour");
            return usage["items"]!.AsArray().FirstOrDefault(
                i => i!["key"]!.GetValue<string>() == keyId && i["sum"]!["calls"]!.GetValue<int>() == Calls);
        }, "all calls are summed");
        Assert.Equal("sim/chat-fast", row["model"]!.GetValue<string>());
        Assert.Equal("red", row["project"]!.GetValue<string>());
        Assert.Equal(outputs.Sum(o => o["completion_tokens"]!.GetValue<int>()), row["sum"]!["units"]!["output"]!.GetValue<int>());
        Assert.Equal(outputs.Sum(o => o["prompt_tokens"]!.GetValue<int>()), row["sum"]!["units"]!["input"]!.GetValue<int>());

        var lines = new List<JsonNode>();
        var path = "/api/me/ledger?limit=10";
        while (true)
        {
            var page = await hub.GetAsync(path);
            lines.AddRange(page["items"]!.AsArray().Select(l => l!));
            if (page["continuation"] is not { } continuation)
            {
                break;
            }

            path = $"/api/me/ledger?limit=10&continuation={continuation.GetValue<string>()}";
        }

        Assert.Equal(lines.Count, lines.Select(l => l["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(lines.Select(l => l["id"]!.GetValue<string>()).OrderDescending(StringComparer.Ordinal), lines.Select(l => l["id"]!.GetValue<string>()));
        Assert.Equal(Calls, lines.Count(l => l["key"]!.GetValue<string>() == keyId));

        var all = await hub.GetAsync("/api/admin/usage?groupBy=account,key");
        Assert.Contains(all["items"]!.AsArray(), i => i!["account"]!.GetValue<string>() == "default" && i["key"]!.GetValue<string>() == keyId);
        Assert.True((await hub.GetAsync("/api/admin/accounts/default/audit"))["agrees"]!.GetValue<bool>());
        Assert.NotEmpty((await hub.GetAsync("/api/admin/accounts/default/ledger?limit=1"))["items"]!.AsArray());
    }

    [Fact]
    public async Task UnpricedModel_EnterpriseRecordsUnitsWithoutCost()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/json";
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, FakeUpstream.Answer("x", 11, 3));
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync("""{"model":"openai/never-heard-of","messages":[{}]}""");

        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Null(line["cost"]);
        Assert.Equal(11, line["lines"]![0]!["units"]!.GetValue<int>());
        Assert.Null(line["lines"]![0]!["pricePerMillion"]);
    }

    [Fact]
    public async Task Poison_IsListedInspectedRequeuedAndDropped()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        // An event from 40 days ago: too old to be charged by settlement.
        var old = Guid.CreateVersion7(DateTimeOffset.UtcNow.AddDays(-40)).ToString("N");
        var queue = hub.Services.GetRequiredService<IUsageQueue>();
        var messageId = new HubIds(TimeProvider.System).New().ToString("N");
        await queue.SendAsync(Encoding.UTF8.GetBytes($"not usage {old}"), messageId, CancellationToken.None);
        // A message the settler can't take stays in the queue until the host gives it up: here its second trigger is called as the host would.
        await hub.Services.GetRequiredService<UsageMessageProcessor>().PoisonAsync($"not usage {old}", CancellationToken.None);

        var entry = await Until.NotNullAsync(async () => (await hub.GetAsync("/api/admin/usage/poison?limit=200"))["items"]!.AsArray()
            .FirstOrDefault(i => i!["content"]!.GetValue<string>().Contains(old, StringComparison.Ordinal)), "the poison is listed");
        var id = entry["id"]!.GetValue<string>();
        Assert.Equal("message", entry["kind"]!.GetValue<string>());
        Assert.Equal("open", (await hub.GetAsync($"/api/admin/usage/poison/{id}"))["status"]!.GetValue<string>());

        using var requeued = await hub.Client.PostAsync(new Uri($"/api/admin/usage/poison/{id}/requeue", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, requeued.StatusCode);
        Assert.Equal("requeued", (await hub.GetAsync($"/api/admin/usage/poison/{id}"))["status"]!.GetValue<string>());

        using var without = await hub.Client.PostAsJsonAsync($"/api/admin/usage/poison/{id}/drop", new { reason = " " });
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        using var dropped = await hub.Client.PostAsJsonAsync($"/api/admin/usage/poison/{id}/drop", new { reason = "a test message" });
        Assert.Equal(HttpStatusCode.OK, dropped.StatusCode);
        var final = await hub.GetAsync($"/api/admin/usage/poison/{id}");
        Assert.Equal("dropped", final["status"]!.GetValue<string>());
        Assert.Equal("a test message", final["dropReason"]!.GetValue<string>());
        Assert.NotNull(final["decidedBy"]);
        using var again = await hub.Client.PostAsync(new Uri($"/api/admin/usage/poison/{id}/requeue", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }
}
