using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Unit.Tests.Ledger;

/// <summary>What an instance does by the clock, and when it stops.</summary>
public sealed class LeaseKeeperRunTests : LeaseKeeperFixture
{
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
        Usage.Recorded = 1;
        call.Settle(30);
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        var opened = (await StateAsync(Home)).Leases[0].UsableUntil;
        await AdvanceUntilAsync(async () =>
            (await StateAsync(Home)).Leases[0] is { Closing: false } lease && lease.UsableUntil > opened + TimeSpan.FromMinutes(2));
        Usage.Left = 1;
        await AdvanceUntilAsync(async () => (await StateAsync(Home)).Leases is [{ Closing: true, Amount: 30 }]);
        await stop.CancelAsync();
        await run;
    }

    /// <summary>Three minutes of a hundred calls a second, each running for a second, bound by one purse or by four.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Reserve_AHundredCallsASecond_AsksStorageForOneInFiftyAtMost(int count)
    {
        PurseId[] purses = [Home, Team, PurseId.OfProject("p"), PurseId.OfKey("k")];
        purses = purses[..count];
        foreach (var purse in purses)
        {
            await GrantAsync(purse, 100_000_000);
        }

        var keeper = New();
        using var stop = new CancellationTokenSource();
        var run = keeper.RunAsync(stop.Token);
        var running = new Queue<Reservation>();
        const int Calls = 18_000;
        for (var i = 0; i < Calls; i++)
        {
            running.Enqueue(await AdmitAsync(keeper, 1_000, purses));
            if (running.Count > 100)
            {
                running.Dequeue().Settle(300);
            }

            Clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        await stop.CancelAsync();
        await run;
        Assert.InRange(Commands.Count, count, Calls / 50);
    }

    [Fact]
    public async Task Stop_UnsentUsage_IsSentBeforeLeasesAreClosed()
    {
        await GrantAsync(Home, 1_000);
        var keeper = New();
        (await AdmitAsync(keeper, 100, Home)).Settle(30);
        var sent = new TaskCompletionSource();
        Usage.Flush = () => sent.Task;
        var stopped = keeper.StopAsync(default);
        Assert.False((await StateAsync(Home)).Leases[0].Closing);
        Assert.Equal(ReserveOutcome.Unavailable, (await keeper.ReserveAsync([Home], 1, default)).Outcome);
        sent.SetResult();
        await stopped;
        Assert.True((await StateAsync(Home)).Leases[0].Closing);
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
        Commands.Clear();
        var running = new Queue<Reservation>();
        const int Calls = 6_000;
        for (var i = 0; i < Calls; i++)
        {
            running.Enqueue(await AdmitAsync(keeper, 1_000, Home));
            Clock.Advance(TimeSpan.FromMilliseconds(10));
            if (running.Count > 100)
            {
                // A second long, a third of the hold spent.
                running.Dequeue().Settle(300);
            }
        }

        // A Sync is two operations: at most 0.02 a call.
        Assert.InRange(Commands.Count, 4, Calls / 100);
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
}
