using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Unit.Tests.Ledger;

/// <summary>Calls that reserve and settle.</summary>
public sealed class LeaseKeeperTests : LeaseKeeperFixture
{
    [Fact]
    public async Task Reserve_WhileTheLeaseHasEnough_AsksStorageNothing()
    {
        await GrantAsync(Home, 1_000_000);
        var keeper = New();
        (await AdmitAsync(keeper, 100, Home)).Settle(10);
        (await AdmitAsync(keeper, 100, Home)).Settle(10);
        var asked = Commands.Count;
        for (var i = 0; i < 500; i++)
        {
            var call = keeper.ReserveAsync([Home], 50, default);
            Assert.True(call.IsCompletedSuccessfully);
            (await call).Reservation!.Release();
        }

        Assert.Equal(asked, Commands.Count);
    }

    [Fact]
    public async Task Reserve_HoldsInEveryPurseOrInNone()
    {
        await GrantAsync(Home, 1_000);
        await GrantAsync(Team, 100);
        var keeper = New(looksAhead: false);
        var refused = await keeper.ReserveAsync([Home, Team], 101, default);
        Assert.Equal((ReserveOutcome.Insufficient, Team, 100L), (refused.Outcome, refused.Purse, refused.Available));
        // What was granted in the account's purse is free again.
        await AdmitAsync(keeper, 101, Home);
        Assert.Equal(101, (await StateAsync(Home)).Reserved);
        Assert.Equal(0, (await StateAsync(Team)).Reserved);
    }

    [Fact]
    public async Task Reserve_ARefusal_IsRememberedForASecond()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        Assert.Equal(ReserveOutcome.Insufficient, (await keeper.ReserveAsync([Home], 200, default)).Outcome);
        var asked = Commands.Count;
        Assert.Equal(ReserveOutcome.Insufficient, (await keeper.ReserveAsync([Home], 300, default)).Outcome);
        Assert.Equal(asked, Commands.Count);
        await AdmitAsync(keeper, 60, Home);
        await GrantAsync(Home, 500);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(keeper, 300, Home);
    }

    [Fact]
    public async Task Reserve_AnsweredByASlowStorage_IsUnavailableAfterTwoSecondsAndHoldsNothing()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        var answer = new TaskCompletionSource();
        BeforeSync = _ => answer.Task;
        var call = keeper.ReserveAsync([Home], 60, default).AsTask();
        Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(call.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(ReserveOutcome.Unavailable, (await call).Outcome);
        answer.SetResult();
        // The hold came too late for it, and in time for the next.
        await AdmitAsync(keeper, 60, Home);
        Assert.Equal(60, (await StateAsync(Home)).Reserved);
    }

    [Fact]
    public async Task Reserve_TheClientIsGone_HoldsNothing()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        var answer = new TaskCompletionSource();
        BeforeSync = _ => answer.Task;
        using var gone = new CancellationTokenSource();
        var call = keeper.ReserveAsync([Home], 60, gone.Token).AsTask();
        await gone.CancelAsync();
        Assert.Equal(ReserveOutcome.Unavailable, (await call).Outcome);
        answer.SetResult();
        await AdmitAsync(keeper, 100, Home);
    }

    [Fact]
    public async Task Reserve_StorageFails_IsUnavailableAndTheNextCallOpensTheSameLease()
    {
        await GrantAsync(Home, 100);
        var keeper = New();
        BeforeSync = _ => throw new StorageUnavailableException("down");
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 60, default)).Outcome);
        BeforeSync = _ => Task.CompletedTask;
        await AdmitAsync(keeper, 60, Home);
        var opened = Commands.OfType<SyncCommand.UseLease>().ToList();
        Assert.All(opened, command => Assert.True(command.IsNew));
        Assert.Single(opened.Select(command => command.Id).Distinct());
    }

    [Fact]
    public async Task Reserve_ABugInAPurse_IsAnIncidentAndUnavailable()
    {
        var keeper = New();
        BeforeSync = _ => throw new InvalidOperationException("broken row");
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 60, default)).Outcome);
        Assert.Single(Incidents.All, incident => incident.Kind == IncidentKind.LeaseFailed);
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(0, 60)]
    public async Task Reserve_AfterTheTermByEitherClock_AdmitsOnlyWhatStorageConfirms(int elapsedSeconds, int wallSeconds)
    {
        await GrantAsync(Home, 100);
        var clocks = new TwoClocks(Clock);
        var keeper = New(looksAhead: false, time: clocks);
        (await AdmitAsync(keeper, 60, Home)).Release();
        clocks.Elapsed += TimeSpan.FromSeconds(elapsedSeconds);
        clocks.Wall += TimeSpan.FromSeconds(wallSeconds);
        BeforeSync = _ => throw new StorageUnavailableException("down");
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 10, default)).Outcome);
        BeforeSync = _ => Task.CompletedTask;
        await AdmitAsync(keeper, 60, Home);
        // What was free already is not asked for again.
        Assert.Empty(Assert.IsType<SyncCommand.UseLease>(Commands[^1]).Needs);
    }

    [Fact]
    public async Task Reserve_ALostLease_OpensAnotherAndTheOldCallsCostIsLate()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        var running = await AdmitAsync(keeper, 10, Home);
        Clock.Advance(TimeSpan.FromHours(1));
        await NewSync().SyncAsync(Home, SyncCommand.None.Instance, default);
        var next = await AdmitAsync(keeper, 20, Home);
        Assert.NotEqual(LeaseOf(running), LeaseOf(next));
        running.Settle(10);
        Assert.Equal(20, (await StateAsync(Home)).Reserved);
    }

    [Fact]
    public async Task Reserve_AdmittedAfterALostLease_StillSyncsIt()
    {
        await GrantAsync(Home, 1_000_000);
        await GrantAsync(Team, 1_000_000);
        var keeper = New();
        var old = await AdmitAsync(keeper, 10, Home);
        Clock.Advance(TimeSpan.FromHours(1));
        await NewSync().SyncAsync(Home, SyncCommand.None.Instance, default);
        var team = LeaseOf(await AdmitAsync(keeper, 10, Team));
        // Both wait for the lost lease; one of them for another purse, too, until the other has opened a new lease.
        var answer = new TaskCompletionSource();
        BeforeSync = command => command is SyncCommand.UseLease lease && lease.Id == team ? answer.Task : Task.CompletedTask;
        var second = keeper.ReserveAsync([Home, Team], 100, default).AsTask();
        var first = await AdmitAsync(keeper, 100, Home);
        answer.SetResult();
        Assert.Equal(ReserveOutcome.Admitted, (await second).Outcome);
        old.Release();
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        var renewed = (await StateAsync(Home)).Leases.Single(lease => lease.Id == LeaseOf(first)).UsableUntil;
        await AdvanceUntilAsync(async () =>
            (await StateAsync(Home)).Leases.Any(lease => lease.Id == LeaseOf(first) && lease.UsableUntil > renewed));
        await stop.CancelAsync();
        await run;
        await keeper.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All((await StateAsync(Home)).Leases, lease => Assert.True(lease.Closing));
    }

    [Fact]
    public async Task Settle_AboveTheHold_ReservesTheRestAtOnce()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        (await AdmitAsync(keeper, 10, Home)).Settle(35);
        Assert.Equal(35, (await StateAsync(Home)).Reserved);
    }

    [Fact]
    public async Task Settle_Twice_CountsOnce()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        var call = await AdmitAsync(keeper, 40, Home);
        call.Settle(40);
        call.Release();
        call.Settle(40);
        await AdmitAsync(keeper, 60, Home);
        Assert.Throws<ArgumentOutOfRangeException>(() => call.Settle(-1));
    }

    [Fact]
    public async Task Settle_AboveTheHoldWhileASyncRuns_ReservesTheRestAfterIt()
    {
        await GrantAsync(Home, 1_000);
        var keeper = New(looksAhead: false);
        var (first, second) = (await AdmitAsync(keeper, 10, Home), await AdmitAsync(keeper, 10, Home));
        var answer = new TaskCompletionSource();
        BeforeSync = _ => answer.Task;
        first.Settle(35);
        second.Settle(50);
        answer.SetResult();
        await AdvanceUntilAsync(async () => (await StateAsync(Home)).Reserved == 85);
    }

    [Fact]
    public async Task NameLeases_OfChargedPurses_NamesThoseThatAreBound()
    {
        await GrantAsync(Home, 1_000);
        await GrantAsync(Team, 1_000);
        var call = await AdmitAsync(New(), 1, Team);
        var named = call.NameLeases(new PurseSet(Home, [new PurseId("key:k"), Team]));
        Assert.Equal([null, null, LeaseOf(call)], named.Leases);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public async Task Reserve_OnTwoInstancesAtOnce_AdmitsExactlyWhatTheBalanceCarries(int calls)
    {
        const int Hold = 1_000;
        await GrantAsync(Home, calls * Hold);
        LeaseKeeper[] instances = [New(looksAhead: false), New(looksAhead: false)];
        var results = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(i => Task.Run(() => instances[i % 2].ReserveAsync([Home], Hold, default).AsTask())));
        Assert.Equal(calls, results.Count(result => result.Outcome == ReserveOutcome.Admitted));
        Assert.All(results, result => Assert.True(result.Outcome is ReserveOutcome.Admitted or ReserveOutcome.Insufficient));
    }

    [Fact]
    public async Task Reserve_TwoHundredAndFirstInstance_IsBusy()
    {
        await GrantAsync(Home, 1_000);
        for (var i = 0; i < PurseState.LeasesMax; i++)
        {
            await AdmitAsync(New(looksAhead: false), 1, Home);
        }

        Assert.Equal(ReserveOutcome.Busy, (await New().ReserveAsync([Home], 1, default)).Outcome);
    }
}
