using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Stories;

/// <summary>A team with a budget, through an alert and the end of its money, to the next day.</summary>
[Collection(HubCollections.Translation)]
public sealed class EnterpriseStoryTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Team_SpendsItsBudget_IsToldAndStopped_AndGoesOnTheNextDay()
    {
        var told = new ConcurrentQueue<JsonNode>();
        await using var receiver = await ReceiverAsync(told);
        var later = TimeSpan.Zero;
        var id = $"t{Guid.NewGuid():n}";
        await using var hub = await TestHub.StartAsync(
            azurite,
            settings: new Dictionary<string, string?>
            {
                ["AigneHub:Leases:IdleSeconds"] = "0.5",
                ["AigneHub:Upstream:PrivateNetworks"] = "true",
                ["AigneHub:Notifications:WebhookUrl"] = receiver.Urls.First() + "/told",
                ["AigneHub:Notifications:WebhookSecret"] = "whsec_" + Convert.ToBase64String(new byte[32]),
            },
            services: services =>
            {
                var ledger = (ILedgerStore)services.Last(service => service.ServiceType == typeof(ILedgerStore)).ImplementationInstance!;
                LedgerProxy.Put(services, (method, args) =>
                    method.Name == nameof(ILedgerStore.ReadPurseAsync) && args is [PurseId purse, int rows, ..] && purse == PurseId.OfTeam(id)
                        ? LaterAsync(ledger.ReadPurseAsync(purse, rows, default), later)
                        : null);
            });
        await hub.DoAsync(
            HttpMethod.Post, "/api/admin/teams",
            $$$"""{"id":"{{{id}}}","name":"Research","budget":{"limit":"0.0003","period":"day","timeZone":"Europe/Berlin","alerts":[50,80,100]}}""",
            HttpStatusCode.Created);
        var key = await hub.NewKeyAsync($"\"team\":\"{id}\"");
        var other = await hub.NewKeyAsync("\"tags\":[]");

        // Hard stop, of the team alone.
        var (answered, refusal) = await hub.CallUntilRefusedAsync(key);
        Assert.InRange(answered, 3, 9);
        Assert.Equal($"team:{id}", refusal["shortage"]!["purse"]!.ToString());
        await hub.CalledAgainAsync(other);

        // The alerts, each once, and the stop: 100 % is never used, because the rest is too small for a call before.
        var stop = await Until.NotNullAsync(() => Task.FromResult(Told("budget.refused").FirstOrDefault()));
        Assert.Equal("0.0003", stop["limit"]!.ToString());
        await Until.TrueAsync(() => Task.FromResult(Told("budget.threshold").Count > 0), "an alert");
        Assert.Single(Told("budget.refused"));
        var percents = Told("budget.threshold").Select(one => one["percent"]!.GetValue<int>()).ToList();
        Assert.All(percents, percent => Assert.True(percent is 50 or 80, $"{percent} %"));
        Assert.Equal(percents.Distinct(), percents);

        List<JsonNode> Told(string type) =>
            [.. told.Where(one => (one["purse"]!.ToString(), one["type"]!.ToString()) == ($"team:{id}", type))];

        // Show-back, to the calls that were made.
        var balance = await hub.GetAsync($"/api/admin/teams/{id}/balance");
        Assert.Equal(("hard", "0.0003"), (balance["kind"]!.ToString(), balance["limit"]!.ToString()));
        await Until.TrueAsync(
            async () => (await hub.GetAsync("/api/admin/usage?groupBy=team"))["items"]!.AsArray()
                .Where(item => item!["team"]?.ToString() == id).Sum(item => item!["sum"]!["calls"]!.GetValue<int>()) == answered,
            "the team's calls");

        var audit = await hub.GetAsync($"/api/admin/teams/{id}/audit");
        Assert.Equal(($"team:{id}", true), (audit["purse"]!.ToString(), audit["agrees"]!.GetValue<bool>()));

        // The next day has its whole limit; nobody had to do anything.
        later = TimeSpan.FromDays(1);
        await hub.CalledAgainAsync(key);
        var tomorrow = await hub.GetAsync($"/api/admin/teams/{id}/balance");
        Assert.True(tomorrow["period"]!["start"]!.GetValue<DateTimeOffset>() >= balance["period"]!["end"]!.GetValue<DateTimeOffset>());
    }

    private static async Task<PurseView> LaterAsync(Task<PurseView> view, TimeSpan later)
    {
        var now = await view;
        return now with { ReadAt = now.ReadAt + later };
    }

    private static async Task<WebApplication> ReceiverAsync(ConcurrentQueue<JsonNode> told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/told", async context =>
        {
            Assert.StartsWith("v1,", context.Request.Headers["webhook-signature"].ToString(), StringComparison.Ordinal);
            using var reader = new StreamReader(context.Request.Body);
            told.Enqueue(JsonNode.Parse(await reader.ReadToEndAsync())!);
        });
        await app.StartAsync();
        return app;
    }
}
