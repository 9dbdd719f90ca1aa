using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Management;

public sealed class BalanceEndpointTests : IDisposable
{
    private static readonly PurseId Team = PurseId.OfTeam("red");
    private static readonly PurseSet Purses = new(PurseId.OfAccount("default"), [Team]);
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Balance_UsageNotFolded_IsCounted()
    {
        await CreateTeamAsync("day", "UTC");
        var usage = Usage();
        await _bench.SettleAsync(Purses, usage);

        var balance = await _bench.BalanceAsync(Team);
        Assert.Equal(("team", "red", "hard", "USD", "10"), (balance["owner"], balance["id"], balance["kind"], balance["unit"], balance["limit"]));
        Assert.Equal(
            ("2", "8", "8", "8", "0", "0", "0"),
            (balance["spent"], balance["remaining"], balance["available"], balance["balance"], balance["debt"], balance["late"], balance["reserved"]));
        Assert.Equal("8", balance.Body["grants"]![0]!["remaining"]!.ToString());
        await _bench.Pipeline.Folder.FoldTouchedAsync(default);
        Assert.Equal(balance.Body.ToJsonString(), (await _bench.BalanceAsync(Team)).Body.ToJsonString());

        var account = await _bench.BalanceAsync(Purses.Home);
        Assert.Equal(("unlimited", "2", "", "", ""), (account["kind"], account["spent"], account["limit"], account["balance"], account["debt"]));
        await _bench.Pipeline.Sync.SyncAsync(Team, PurseSamples.Lease("l", needs: [3_000_000_000]), default);
        var leased = await _bench.BalanceAsync(Team);
        Assert.Equal(("3", "5", "8"), (leased["reserved"], leased["available"], leased["remaining"]));
    }

    /// <summary>Nobody has to call, fold or wait for a cache: what was spent before midnight in Berlin counts no more after it.</summary>
    [Fact]
    public async Task Balance_AtThePeriodsEndInItsZone_IsTheNextPeriodsAtOnce()
    {
        await CreateTeamAsync("day", "Europe/Berlin");
        await _bench.SettleAsync(Purses, Usage());
        Assert.Equal("2026-11-23T23:00:00+00:00", (await _bench.BalanceAsync(Team)).Body["period"]!["end"]!.ToString());

        _bench.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 23, 22, 59, 59, 999, TimeSpan.Zero));
        Assert.Equal("8", (await _bench.BalanceAsync(Team))["remaining"]);
        _bench.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 23, 23, 0, 0, TimeSpan.Zero));
        var next = await _bench.BalanceAsync(Team);
        Assert.Equal(("0", "10", "10"), (next["spent"], next["remaining"], next["available"]));
        Assert.Equal("2026-11-23T23:00:00+00:00", next.Body["period"]!["start"]!.ToString());
    }

    [Fact]
    public async Task Mine_AllThatTheKeyIsChargedTo_AreShown()
    {
        await CreateTeamAsync("month", "UTC");
        _bench.Stored.Put(OwnerKind.Project, "site", new PurseTerms(PurseKind.Soft, new Budget(7_000_000_000, PeriodLength.Week, "UTC")));
        var key = _bench.AddKey("key_2", team: "red", project: "Site");

        var mine = await _bench.SendAsync(request => _bench.Balances.MineAsync(request, default), key: key);
        Assert.Equal(
            ["account:default", "team:red", "project:site"], mine.Body["items"]!.AsArray().Select(item => $"{item!["owner"]}:{item["id"]}"));
    }

    [Fact]
    public async Task Balance_OfNobodyOrWithoutABudget_IsNotFound()
    {
        _bench.Stored.Put(OwnerKind.Team, "free");
        Assert.Equal("no_budget", (await _bench.BalanceAsync(PurseId.OfTeam("free")))["code"]);
        Assert.Equal("no_budget", (await _bench.BalanceAsync(PurseId.OfKey("key_admin")))["code"]);
        Assert.Equal("account_not_found", (await _bench.BalanceAsync(PurseId.OfAccount("nobody")))["code"]);
        Assert.Equal("key_not_found", (await _bench.BalanceAsync(PurseId.OfKey("KEY X")))["code"]);
    }

    private static UsageEvent Usage() => UsageSamples.Event(UsageSamples.IdAt(ManagementBench.Start), units: 1_000_000, rate: 1_000_000_000) with
    {
        Lines = [new(Core.Pricing.UnitKind.Input, 1_000_000, 2_000_000_000)],
        Cost = 2_000_000_000,
    };

    private async Task CreateTeamAsync(string period, string zone) => Assert.Equal(
        201,
        (await _bench.CreateAsync(
            OwnerKind.Team, $$$"""{"id":"red","name":"Red","budget":{"limit":"10","period":"{{{period}}}","timeZone":"{{{zone}}}"}}""")).Status);
}
