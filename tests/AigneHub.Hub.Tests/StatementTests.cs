using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

/// <summary>Statements over HTTP: whole, broken off, left.</summary>
[Collection(HubCollections.Records)]
public sealed class StatementTests(AzuriteFixture azurite)
{
    private const int EndlessCallsAnHour = 100_000;

    [Fact]
    public async Task Statement_BothFormats_AddUpExactlyAndArriveAsFiles()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var account = "statement-" + Guid.CreateVersion7().ToString("N");
        var sync = hub.Services.GetRequiredService<PurseSync>();
        await sync.SyncAsync(
            PurseId.OfAccount(account),
            new SyncCommand.GrantCredit(new OutsideId("admin", "x"), 5 * Nano.PerWhole, "=cmd()", "who"), default);
        await InsertAsync(hub, account, 150);

        using var csv = await hub.Client.GetAsync(new Uri($"/api/admin/accounts/{account}/statement", UriKind.Relative));
        Assert.Equal("text/csv; charset=utf-8; header=present", csv.Content.Headers.ContentType!.ToString());
        Assert.Matches(@"^""?statement-statement-[0-9a-f]{32}-\d{10}-\d{10}\.csv""?$", csv.Content.Headers.ContentDisposition!.FileName!);
        var rows = (await csv.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal("", rows[^1]);
        var cells = rows[1..^1].Select(row => row.Split(',')).ToArray();
        Assert.Equal(153, cells.Length);
        Assert.Equal(["opening", "grant", "call", "closing"], cells.Select(row => row[1]).Distinct());
        Assert.Contains("'=cmd()", cells[1]);
        Assert.Equal(Sum(cells.Select(row => row[3])), Amount(cells[^1][4]) - Amount(cells[0][4]));

        using var json = await hub.Client.GetAsync(new Uri($"/api/admin/accounts/{account}/statement?format=json", UriKind.Relative));
        var lines = (await json.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(cells.Select(row => (row[1], row[4])), lines.Select(line => (Text(line, "type"), Text(line, "balance"))));
        Assert.Equal("=cmd()", lines[1]["movement"]!["reason"]!.GetValue<string>());
        Assert.Equal(150, lines[^1]["calls"]!.GetValue<int>());
        Assert.Equal(150, lines.Count(line => line["call"]?["model"] is not null));

        using var mine = await hub.Client.GetAsync(new Uri("/api/me/statement?content=movements", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, mine.StatusCode);
        foreach (var wrong in new[] { "from=2026-01-01T00:30:00Z", "format=xml", "content=none", "from=2020-01-01", "x=1" })
        {
            using var refused = await hub.Client.GetAsync(new Uri("/api/me/statement?" + wrong, UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal(wrong.Split('=')[0], (await refused.Content.ReadFromJsonAsync<JsonNode>())!["param"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Statement_StorageFailsInTheMiddle_BreaksTheConnectionAndBeforeIs503()
    {
        var reads = 0;
        await using var hub = await TestHub.StartAsync(azurite, services: services => LedgerProxy.Put(services, (method, args) =>
            Endless(method, args, () => ++reads is 1 or > 6 ? throw new StorageUnavailableException("test") : true)));
        var path = new Uri("/api/admin/accounts/endless/statement?content=calls", UriKind.Relative);

        using var early = await hub.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.Null(early.Content.Headers.ContentDisposition);

        using var broken = await hub.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, broken.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => broken.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Statement_TheClientLeaves_NothingMoreIsRead()
    {
        var reads = 0;
        await using var hub = await TestHub.StartAsync(azurite, services: services => LedgerProxy.Put(services, (method, args) =>
            Endless(method, args, () => ++reads > 0)));
        using (var left = await hub.Client.GetAsync(
            new Uri("/api/admin/accounts/endless/statement?content=calls", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await left.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[50_000]);
            // The client takes no more: what is not sent is not read.
            var waiting = await StandsStillAsync(() => Volatile.Read(ref reads));
            Assert.InRange(waiting, 1, 100);
        }

        var after = await StandsStillAsync(() => Volatile.Read(ref reads));
        Assert.InRange(after, 1, 100);
    }

    /// <summary>The value that is the same for half a second.</summary>
    private static async Task<int> StandsStillAsync(Func<int> read)
    {
        var (last, same) = (-1, 0);
        await Until.TrueAsync(
            () =>
            {
                var now = read();
                (last, same) = now == last ? (last, same + 1) : (now, 0);
                return Task.FromResult(same == 10);
            },
            "it stands still");
        return last;
    }

    /// <summary>An account with calls in each of 700 hours: more than anybody takes.</summary>
    private static object? Endless(MethodInfo method, object?[] args, Func<bool> reading)
    {
        if (args is not [PurseId { Value: "account:endless" }, ..])
        {
            return null;
        }

        return method.Name switch
        {
            nameof(ILedgerStore.ReadHoursAsync) => Hours((HourSpan)args[1]!),
            nameof(ILedgerStore.ReadEventsAsync) => reading() ? Events((Guid)args[1]!, (Guid)args[2]!) : null,
            _ => null,
        };
    }

    private static async IAsyncEnumerable<HourRow> Hours(HourSpan span)
    {
        await Task.Yield();
        for (var i = 0; i < 700; i++)
        {
            var hour = HourSpan.Of(TimeProvider.System.GetUtcNow().AddHours(-i));
            if (span.Contains(hour))
            {
                yield return new HourRow(hour, EndlessCallsAnHour, EndlessCallsAnHour, new UsageSums());
            }
        }
    }

    private static async Task<IReadOnlyList<LedgerEvent>> Events(Guid from, Guid before)
    {
        await Task.Yield();
        var (start, end) = (HubIds.TimeOf(from), HubIds.TimeOf(before));
        return [.. Enumerable.Range(0, 500).Select(i => Event("endless", start + ((end - start) * (500 - i) / 501))).Reverse()];
    }

    private static async Task InsertAsync(TestHub hub, string account, int calls)
    {
        var ledger = hub.Services.GetRequiredService<ILedgerStore>();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var events in Enumerable.Range(0, calls).Select(_ => Event(account, now)).Chunk(90))
        {
            var cost = events.Sum(e => e.Cost!.Value);
            await ledger.InsertUnitAsync(
                PurseId.OfAccount(account), new InboxRow(events[0].Unit, cost, events.Length, HourSpan.Of(now), new UsageSums()), events, default);
        }
    }

    private static LedgerEvent Event(string account, DateTimeOffset moment)
    {
        var id = Guid.CreateVersion7(moment);
        var json = $$"""
            {"v":1,"id":"{{id}}","account":"{{account}}","key":"key_1","model":"sim/steady","front":"openai.chat","outcome":"completed",
            "lines":[["input",1,1000000]],"cost":1,"rates":"r","attempts":[],"timings":[1,2,1]}
            """;
        return new LedgerEvent(id, json, 1, "hash", UnitId.OfMessage(id, 0));
    }

    private static string Text(JsonNode line, string name) => line[name]!.GetValue<string>();

    private static decimal Sum(IEnumerable<string> amounts) => amounts.Where(text => text.Length > 0).Sum(Amount);

    private static decimal Amount(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
