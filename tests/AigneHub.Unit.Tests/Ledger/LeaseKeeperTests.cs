using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class LeaseKeeperTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private static readonly PurseId Home = PurseId.OfAccount("a");
    private static readonly PurseId Team = new("team:t");
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryLedger _ledger;
    private readonly IncidentLog _incidents = new();
    private readonly MemoryBacklog _usage = new();
    private readonly List<SyncCommand> _commands = [];
    private Func<SyncCommand, Task> _beforeSync = _ => Task.CompletedTask;

    public LeaseKeeperTests() => _ledger = new MemoryLedger(_clock);

    [Fact]
    public async Task Reserve_WhileTheLeaseHasEnough_AsksStorageNothing()
    {
        await GrantAsync(Home, 1_000_000);
        var keeper = New();
        (await AdmitAsync(keeper, 100, Home)).Settle(10);
        (await AdmitAsync(keeper, 100, Home)).Settle(10);
        var asked = _commands.Count;
        for (var i = 0; i < 500; i++)
        {
            var call = keeper.ReserveAsync([Home], 50, default);
            Assert.True(call.IsCompletedSuccessfully);
            (await call).Reservation!.Release();
        }

        Assert.Equal(asked, _commands.Count);
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
        var asked = _commands.Count;
        Assert.Equal(ReserveOutcome.Insufficient, (await keeper.ReserveAsync([Home], 300, default)).Outcome);
        Assert.Equal(asked, _commands.Count);
        await AdmitAsync(keeper, 60, Home);
        await GrantAsync(Home, 500);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(keeper, 300, Home);
    }

    [Fact]
    public async Task Reserve_AnsweredByASlowStorage_IsUnavailableAfterTwoSecondsAndHoldsNothing()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        var answer = new TaskCompletionSource();
        _beforeSync = _ => answer.Task;
        var call = keeper.ReserveAsync([Home], 60, default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(call.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
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
        _beforeSync = _ => answer.Task;
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
        _beforeSync = _ => throw new StorageUnavailableException("down");
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 60, default)).Outcome);
        _beforeSync = _ => Task.CompletedTask;
        await AdmitAsync(keeper, 60, Home);
        var opened = _commands.OfType<SyncCommand.UseLease>().ToList();
        Assert.All(opened, command => Assert.True(command.IsNew));
        Assert.Single(opened.Select(command => command.Id).Distinct());
    }

    [Fact]
    public async Task Reserve_ABugInAPurse_IsAnIncidentAndUnavailable()
    {
        var keeper = New();
        _beforeSync = _ => throw new InvalidOperationException("broken row");
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 60, default)).Outcome);
        Assert.Single(_incidents.All, incident => incident.Kind == IncidentKind.LeaseFailed);
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(0, 60)]
    public async Task Reserve_AfterTheTermByEitherClock_AdmitsOnlyWhatStorageConfirms(int elapsedSeconds, int wallSeconds)
    {
        await GrantAsync(Home, 100);
        var clocks = new TwoClocks(_clock);
        var keeper = New(looksAhead: false, time: clocks);
        (await AdmitAsync(keeper, 60, Home)).Release();
        clocks.Elapsed += TimeSpan.FromSeconds(elapsedSeconds);
        clocks.Wall += TimeSpan.FromSeconds(wallSeconds);
        _beforeSync = _ => throw new StorageUnavailableException("down");
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 10, default)).Outcome);
        _beforeSync = _ => Task.CompletedTask;
        await AdmitAsync(keeper, 60, Home);
        // What was free already is not asked for again.
        Assert.Empty(Assert.IsType<SyncCommand.UseLease>(_commands[^1]).Needs);
    }

    [Fact]
    public async Task Reserve_ALostLease_OpensAnotherAndTheOldCallsCostIsLate()
    {
        await GrantAsync(Home, 100);
        var keeper = New(looksAhead: false);
        var running = await AdmitAsync(keeper, 10, Home);
        _clock.Advance(TimeSpan.FromHours(1));
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
        _clock.Advance(TimeSpan.FromHours(1));
        await NewSync().SyncAsync(Home, SyncCommand.None.Instance, default);
        var team = LeaseOf(await AdmitAsync(keeper, 10, Team));
        // Both wait for the lost lease; one of them for another purse, too, until the other has opened a new lease.
        var answer = new TaskCompletionSource();
        _beforeSync = command => command is SyncCommand.UseLease lease && lease.Id == team ? answer.Task : Task.CompletedTask;
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
    public async Task Run_AnIdleLease_IsClosedAndKeepsOnlyWhatWasSpent()
    {
        await GrantAsync(Home, 10_000);
        var keeper = New();
        (await AdmitAsync(keeper, 100, Home)).Settle(30);
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        await AdvanceUntilAsync(async () => (await StateAsync(Home)).Leases is [{ Closing: true, Amount: 30 }]);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Run_AnIdleLeaseWithUnsentUsage_IsRenewedUntilItIsSent()
    {
        await GrantAsync(Home, 10_000);
        var keeper = New();
        var call = await AdmitAsync(keeper, 100, Home);
        _usage.Recorded = 1;
        call.Settle(30);
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        var opened = (await StateAsync(Home)).Leases[0].UsableUntil;
        await AdvanceUntilAsync(async () =>
            (await StateAsync(Home)).Leases[0] is { Closing: false } lease && lease.UsableUntil > opened + TimeSpan.FromMinutes(2));
        _usage.Left = 1;
        await AdvanceUntilAsync(async () => (await StateAsync(Home)).Leases is [{ Closing: true, Amount: 30 }]);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Stop_UnsentUsage_IsSentBeforeLeasesAreClosed()
    {
        await GrantAsync(Home, 1_000);
        var keeper = New();
        (await AdmitAsync(keeper, 100, Home)).Settle(30);
        var sent = new TaskCompletionSource();
        _usage.Flush = () => sent.Task;
        var stopped = keeper.StopAsync(default);
        Assert.False((await StateAsync(Home)).Leases[0].Closing);
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 1, default)).Outcome);
        sent.SetResult();
        await stopped;
        Assert.True((await StateAsync(Home)).Leases[0].Closing);
    }

    [Fact]
    public async Task Settle_AboveTheHoldWhileASyncRuns_ReservesTheRestAfterIt()
    {
        await GrantAsync(Home, 1_000);
        var keeper = New(looksAhead: false);
        var (first, second) = (await AdmitAsync(keeper, 10, Home), await AdmitAsync(keeper, 10, Home));
        var answer = new TaskCompletionSource();
        _beforeSync = _ => answer.Task;
        first.Settle(35);
        second.Settle(50);
        answer.SetResult();
        await AdvanceUntilAsync(async () => (await StateAsync(Home)).Reserved == 85);
    }

    [Fact]
    public async Task Run_Heartbeats_RenewAndGiveBackWhatIsNotNeeded()
    {
        await GrantAsync(Home, 100_000);
        var keeper = New();
        for (var i = 0; i < 20; i++)
        {
            (await AdmitAsync(keeper, 1_000, Home)).Settle(1_000);
        }

        var running = await AdmitAsync(keeper, 10, Home);
        var before = (await StateAsync(Home)).Reserved;
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        var renewed = (await StateAsync(Home)).Leases[0].UsableUntil;
        await AdvanceUntilAsync(async () =>
            (await StateAsync(Home)).Leases[0] is { } lease && lease.UsableUntil > renewed + TimeSpan.FromMinutes(1) && lease.Amount < 20_100);
        Assert.True(before > 21_000, before.ToString(System.Globalization.CultureInfo.InvariantCulture));
        running.Release();
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Run_AHundredCallsASecond_AskStorageForOneInAHundredAtMost()
    {
        await GrantAsync(Home, SyncCommand.AmountMax);
        var keeper = New();
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        _commands.Clear();
        var running = new Queue<Reservation>();
        const int Calls = 6_000;
        for (var i = 0; i < Calls; i++)
        {
            running.Enqueue(await AdmitAsync(keeper, 1_000, Home));
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            if (running.Count > 100)
            {
                // A second long, a third of the hold spent.
                running.Dequeue().Settle(300);
            }
        }

        // A Sync is two operations: at most 0.02 a call.
        Assert.InRange(_commands.Count, 4, Calls / 100);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Stop_ClosesEveryLeaseAndAdmitsNothing()
    {
        await GrantAsync(Home, 1_000);
        await GrantAsync(Team, 1_000);
        var keeper = New();
        (await AdmitAsync(keeper, 100, Home, Team)).Settle(30);
        var running = await AdmitAsync(keeper, 10, Team);
        await keeper.StopAsync(default);
        Assert.Equal((30, 40), ((await StateAsync(Home)).Leases[0].Amount, (await StateAsync(Team)).Leases[0].Amount));
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 1, default)).Outcome);
        running.Settle(5);
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

    private static string? LeaseOf(Reservation call) => call.NameLeases(new PurseSet(Home, [Team])).Leases.Single(id => id is not null);

    private static async Task<Reservation> AdmitAsync(LeaseKeeper keeper, long hold, params PurseId[] purses)
    {
        var result = await keeper.ReserveAsync(purses, hold, default);
        Assert.Equal(ReserveOutcome.Admitted, result.Outcome);
        return result.Reservation!;
    }

    private async Task AdvanceUntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 1_000 && !await condition(); i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.True(await condition());
    }

    private LeaseKeeper New(bool looksAhead = true, TimeProvider? time = null)
    {
        var sync = NewSync();
        return new LeaseKeeper(
            async (purse, command, cancellationToken) =>
            {
                lock (_commands)
                {
                    _commands.Add(command);
                }

                await _beforeSync(command);
                return await sync.SyncAsync(purse, command, cancellationToken);
            },
            _usage, new HubIds(_clock), LeaseTimes.Default, _incidents, new Random(1), time ?? _clock, looksAhead);
    }

    // Conflicts between instances are waited out by the real clock.
    private PurseSync NewSync() => new(
        _ledger, new PurseRegistrar(_ledger, LedgerUnit.NanoUsd, _incidents, _clock), LeaseTimes.Default, _incidents, Random.Shared,
        TimeProvider.System);

    private async Task GrantAsync(PurseId purse, long amount)
    {
        var sync = NewSync();
        await sync.SyncAsync(purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd), default);
        await sync.SyncAsync(purse, PurseSamples.Grant(Guid.NewGuid().ToString(), amount), default);
    }

    private async Task<PurseState> StateAsync(PurseId purse) => (await _ledger.ReadPurseAsync(purse, 1, default)).State!.Value;

    private sealed class TwoClocks(FakeTimeProvider clock) : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public TimeSpan Wall { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp() + (long)(Elapsed.TotalSeconds * clock.TimestampFrequency);

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Wall;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }
}
