using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Ledger;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Management;

public sealed class ShowBackTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Usage_ByTeamProviderAndMonth_AddsUpToTheTotal()
    {
        _bench.AddKey("key_a", team: "red");
        _bench.AddKey("key_b", team: "red");
        _bench.AddKey("key_c");
        var at = ManagementBench.Start;
        foreach (var (key, model, day) in new[] { ("key_a", "x/m", -24), ("key_b", "x/n", 0), ("key_b", "y/m", 0), ("key_c", "x/m", 0) })
        {
            await _bench.SettleAsync(UsageSamples.Home, UsageSamples.Event(UsageSamples.IdAt(at.AddDays(day)), model: model, key: key));
        }

        Assert.Equal(
            ["2026-10-01 red x 1", "2026-11-01  x 1", "2026-11-01 red x 1", "2026-11-01 red y 1"],
            await RowsAsync("?groupBy=team,provider&interval=month"));
        Assert.Equal(["2026-10-01 red  1", "2026-11-01   1", "2026-11-01 red  2"], await RowsAsync("?groupBy=team&interval=month"));
        var refused = await _bench.SendAsync(request => _bench.Usage.AllAsync(request, default), query: "?groupBy=colour");
        Assert.Equal((400, "groupBy"), (refused.Status, refused["param"]));
    }

    [Fact]
    public async Task Usage_ByTeam_HasCallsByToken()
    {
        var at = ManagementBench.Start;
        foreach (var (id, team, tokenTeam) in new[] { ("usr_a", "red", "blue"), ("usr_b", null, "blue"), ("usr_c", (string?)null, null) })
        {
            _bench.MemberStore.Put(new MemberRecord
            {
                Id = id,
                Kind = MemberKind.User,
                Issuer = "i",
                Subject = id,
                Account = "default",
                Team = team,
                TokenTeam = tokenTeam,
                CreatedAt = at,
            });
        }

        _bench.AddKey("key_a", team: "red");
        foreach (var (key, minute) in new[] { ("usr_a", 1), ("usr_b", 2), ("usr_c", 3), ("key_a", 4) })
        {
            await _bench.SettleAsync(UsageSamples.Home, UsageSamples.Event(UsageSamples.IdAt(at.AddMinutes(-minute)), key: key));
        }

        Assert.Equal(["2026-11-01   1", "2026-11-01 blue  1", "2026-11-01 red  2"], await RowsAsync("?groupBy=team&interval=month"));
    }

    /// <summary>Ten thousand keys in one report are what an hour keeps of them, and a bounded answer.</summary>
    [Fact]
    public async Task Usage_OfTooManyRows_IsRefused()
    {
        var sums = new UsageSums();
        for (var key = 0; key < UsageSums.CombinationsMax; key++)
        {
            sums.Add(new SumKey("x/m", $"key_{key}", null), new UsageTotals { Calls = 1 });
        }

        var hours = UsageQuery.RowsMax / UsageSums.CombinationsMax;
        var state = PurseState.New(LedgerUnit.NanoUsd);
        string? etag = null;
        for (var hour = 0; hour <= hours; hour++)
        {
            var row = new HourRow(HourSpan.Of(ManagementBench.Start.AddHours(-hour)), 0, UsageSums.CombinationsMax, sums);
            await _bench.Ledger.CommitAsync(UsageSamples.Home.Home, new LedgerCommit(state, etag, [], [row]), default);
            etag = (await _bench.Ledger.ReadPurseAsync(UsageSamples.Home.Home, 1, default)).State!.ETag;
        }

        var refused = await _bench.SendAsync(request => _bench.Usage.MineAsync(request, default), query: "?groupBy=key&interval=hour");
        Assert.Equal((400, "report_too_long"), (refused.Status, refused["code"]));
        var byDay = await _bench.SendAsync(request => _bench.Usage.MineAsync(request, default), query: "?groupBy=key&interval=month");
        Assert.Equal(UsageSums.CombinationsMax, byDay.Body["items"]!.AsArray().Count);
    }

    private async Task<IEnumerable<string>> RowsAsync(string query)
    {
        var report = await _bench.SendAsync(request => _bench.Usage.MineAsync(request, default), query: query);
        Assert.True(report.Status == 200, report.Body.ToJsonString());
        Assert.Equal("4", report.Body["total"]!["calls"]!.ToString());
        return report.Body["items"]!.AsArray().Select(
            item => $"{item!["start"]!.ToString()[..10]} {item["team"]} {item["provider"]} {item["sum"]!["calls"]}");
    }
}
