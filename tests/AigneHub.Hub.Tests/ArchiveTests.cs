using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Functions;
using AigneHub.Hub.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

/// <summary>An account's old calls, from the night's function to the calls that find them again.</summary>
[Collection(HubCollections.Records)]
public sealed class ArchiveTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Archive_ByNight_IsListedAndRestored()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var account = "archive-" + Guid.CreateVersion7().ToString("N");
        var purse = PurseId.OfAccount(account);
        var day = TimeProvider.System.GetUtcNow().AddDays(-100).Date;
        using var made = await hub.Client.PostAsJsonAsync("/api/admin/accounts", new { id = account, name = "Archived" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await hub.Services.GetRequiredService<PurseRegistrar>().EnsureAsync(purse, default);
        await InsertAsync(hub, account, new DateTimeOffset(day, TimeSpan.Zero).AddHours(5), calls: 90);

        await ActivatorUtilities.CreateInstance<ArchiveFunctions>(hub.Services).ArchiveOld(new TimerInfo(), default);

        var path = $"/api/admin/accounts/{account}/archive";
        var list = await hub.GetAsync(path);
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal(($"{day:yyyy-MM-dd}", 90, "0.00000009"), (item["day"]!.GetValue<string>(), item["calls"]!.GetValue<int>(), item["cost"]!.GetValue<string>()));
        Assert.Equal(90, list["daysInTables"]!.GetValue<int>());
        Assert.Empty((await hub.GetAsync($"/api/admin/accounts/{account}/ledger"))["items"]!.AsArray());
        Assert.True((await hub.GetAsync($"/api/admin/accounts/{account}/audit"))["agrees"]!.GetValue<bool>());
        using var statement = await hub.Client.GetAsync(new Uri(
            $"/api/admin/accounts/{account}/statement?format=json&from={day:yyyy-MM-dd}&to={day.AddDays(1):yyyy-MM-dd}", UriKind.Relative));
        Assert.Equal(92, (await statement.Content.ReadAsStringAsync()).Count(c => c == '\n'));

        using var restored = await hub.Client.PostAsJsonAsync(path + "/restore", new { from = $"{day:yyyy-MM-dd}T00:00:00Z", to = $"{day:yyyy-MM-dd}T06:00:00Z" });
        Assert.Equal(90, (await restored.Content.ReadFromJsonAsync<JsonNode>())!["restored"]!.GetValue<int>());
        Assert.Equal(50, (await hub.GetAsync($"/api/admin/accounts/{account}/ledger"))["items"]!.AsArray().Count);
        Assert.NotNull((await hub.GetAsync(path))["restoredUntil"]);

        foreach (var wrong in new object[]
        {
            new { from = "2026-01-02T00:00:00Z", to = "2026-01-01T00:00:00Z" },
            new { from = "2026-01-01T00:00:00Z", to = "2026-01-02T00:00:00Z", days = 31 },
            new { from = "2026-01-01T00:00:00Z" },
        })
        {
            using var refused = await hub.Client.PostAsJsonAsync(path + "/restore", wrong);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var nobody = await hub.Client.GetAsync(new Uri("/api/admin/accounts/nobody-at-all/archive", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    private static async Task InsertAsync(TestHub hub, string account, DateTimeOffset moment, int calls)
    {
        var purse = PurseId.OfAccount(account);
        LedgerEvent[] events =
        [
            .. Enumerable.Range(0, calls).Select(i => Guid.CreateVersion7(moment.AddSeconds(i))).Select(id => new LedgerEvent(
                id,
                $$"""
                {"v":1,"id":"{{id}}","account":"{{account}}","key":"key_1","model":"sim/steady","front":"openai.chat","outcome":"completed",
                "lines":[["input",1,1000000]],"cost":1,"rates":"r","attempts":[],"timings":[1,2,1]}
                """,
                1, "hash", UnitId.OfMessage(id, 0))),
        ];
        await hub.Services.GetRequiredService<ILedgerStore>().InsertUnitAsync(
            purse, new InboxRow(events[0].Unit, calls, calls, HourSpan.Of(moment), new UsageSums()), events, default);
    }
}
