using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;
using AigneHub.Functions;
using AigneHub.Hub.Tests.Support;
using AigneHub.Unit.Tests.Notices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Notices at rest: what the clock sends, what administrators see, what the night forgets.</summary>
[Collection(HubCollections.Management)]
public sealed class NoticeTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Notice_OfADeadInstance_IsSentByTheClockAndListedWithWhatBecameOfIt()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>(Managed.PrivateAllowed)
        {
            ["AigneHub:Notifications:WebhookUrl"] = receiver.Url,
            ["AigneHub:Notifications:WebhookSecret"] = "whsec_" + Convert.ToBase64String(new byte[32]),
        });
        var notice = await KeepAsync(hub, "webhook");

        // Every minute; the hub's own timer may have been faster.
        await ActivatorUtilities.CreateInstance<NoticeFunctions>(hub.Services).SendNotices(new TimerInfo(), default);

        await Until.TrueAsync(() => Task.FromResult(receiver.Got.Any(got => got.Id == notice.Id)), "the webhook is called");
        var sent = receiver.Got.Single(got => got.Id == notice.Id);
        Assert.Equal(notice.Purse.Value, JsonNode.Parse(sent.Body)!["purse"]!.ToString());
        var listed = await Until.NotNullAsync(async () => (await FindAsync(hub, notice.Id)) is { } found
            && found["deliveries"]![0]!["delivered"]!.GetValue<bool>() ? found : null);
        Assert.Equal(
            ("budget.threshold", "USD", "80", "250", "200.5"),
            (Text("type"), Text("unit"), Text("percent"), Text("limit"), Text("spent")));
        var delivery = Assert.Single(listed["deliveries"]!.AsArray())!;
        Assert.Equal("webhook", delivery["channel"]!.ToString());
        Assert.Null(delivery["nextAt"]);
        Assert.Single(delivery["attempts"]!.AsArray());

        string Text(string name) => listed[name]!.ToString();
    }

    [Fact]
    public async Task List_PagesAndMembers_AreHeldTo()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var (older, newer) = (await KeepAsync(hub), await KeepAsync(hub));
        var first = await hub.GetAsync("/api/admin/notices?limit=1");
        Assert.Equal(newer.Id, Assert.Single(first["items"]!.AsArray())!["id"]!.ToString());
        var second = await hub.GetAsync($"/api/admin/notices?limit=1&continuation={Uri.EscapeDataString(first["continuation"]!.ToString())}");
        Assert.Equal(older.Id, Assert.Single(second["items"]!.AsArray())!["id"]!.ToString());

        foreach (var (query, status) in new[] { ("?limit=201", HttpStatusCode.BadRequest), ("?continuation=x", HttpStatusCode.BadRequest) })
        {
            using var refused = await hub.Client.GetAsync(new Uri("/api/admin/notices" + query, UriKind.Relative));
            Assert.Equal(status, refused.StatusCode);
        }

        var (_, key) = await hub.NewAccountAsync(1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/notices");
        request.Headers.Authorization = new("Bearer", key);
        using var forbidden = await hub.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
    }

    [Fact]
    public async Task Night_ForgetsNothingYoung()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var notice = await KeepAsync(hub);

        await ActivatorUtilities.CreateInstance<NightlyFunctions>(hub.Services).ForgetOld(new TimerInfo(), default);

        Assert.NotNull(await FindAsync(hub, notice.Id));
    }

    /// <summary>As an instance leaves it that dies before it sends.</summary>
    private static async Task<NoticeRecord> KeepAsync(TestHub hub, params string[] channels)
    {
        var at = DateTimeOffset.UtcNow;
        var notice = NoticeRecord.Of(
            PurseId.OfTeam($"t{Guid.NewGuid():n}"), LedgerUnit.NanoUsd,
            new PurseNotice(1, 80, 250_000_000_000, 200_500_000_000, at.AddDays(7), at), channels);
        Assert.True(await hub.Services.GetRequiredService<INoticeStore>().AddAsync(notice, default));
        // Ids of one millisecond have no order.
        await Until.TrueAsync(() => Task.FromResult(DateTimeOffset.UtcNow > at.AddMilliseconds(1)), "the next millisecond");
        return notice;
    }

    private static async Task<JsonNode?> FindAsync(TestHub hub, string id) =>
        (await hub.GetAsync("/api/admin/notices?limit=200"))["items"]!.AsArray().FirstOrDefault(item => item!["id"]!.ToString() == id);
}
