using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Unit.Tests.Ledger;

/// <summary>
/// What users of gateways complained about most when they had set a budget: that it was not held. docs/money.md lists the complaints.
/// </summary>
public sealed class BudgetComplaintTests : LeaseKeeperFixture
{
    private const int Hold = 1_000;

    /// <summary>Compared first and counted afterwards, all of them would pass.</summary>
    [Fact]
    public async Task ParallelCalls_OnOneInstance_PassAsManyAsTheBudgetCarries()
    {
        await ConfigureAsync(17 * Hold);
        var keeper = New(looksAhead: false);
        Assert.Equal(17, await AdmittedAsync(200, _ => keeper));
    }

    /// <summary>Nobody knows anything of the purse yet: no instance has a lease, storage has no row but its terms.</summary>
    [Fact]
    public async Task FirstCalls_OfSomebodyNeverSeen_AreHeldToTheBudget()
    {
        for (var newcomer = 0; newcomer < 5; newcomer++)
        {
            var purse = PurseId.OfTeam($"newcomer-{newcomer}");
            await ConfigureAsync(3 * Hold, purse);
            LeaseKeeper[] instances = [New(looksAhead: false), New(looksAhead: false)];
            Assert.Equal(3, await AdmittedAsync(20, i => instances[i % 2], purse));
        }
    }

    /// <summary>Each knows a balance that was right when it was read; together they must not spend it twice.</summary>
    [Fact]
    public async Task CachedBalance_OnTwoInstances_IsSpentOnce()
    {
        const int Carried = 60;
        await ConfigureAsync(Carried * Hold);
        LeaseKeeper[] instances = [New(), New()];
        (await AdmitAsync(instances[0], Hold, Home)).Settle(Hold);
        (await AdmitAsync(instances[1], Hold, Home)).Settle(Hold);

        var admitted = 2;
        for (var refused = 0; refused < 20 && admitted <= Carried;)
        {
            var result = await instances[(admitted + refused) % 2].ReserveAsync([Home], Hold, default);
            if (result.Reservation is { } call)
            {
                admitted++;
                call.Settle(Hold);
            }
            else
            {
                Assert.Equal(ReserveOutcome.Insufficient, result.Outcome);
                refused++;
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        // What each has reserved for calls to come goes to nobody else: at most a quarter each.
        Assert.InRange(admitted, Carried / 2, Carried);
        var state = await StateAsync(Home);
        Assert.InRange(state.Reserved, admitted * Hold, Carried * Hold);
    }

    /// <summary>What comes back of one burst is there for the next, and no nano more.</summary>
    [Fact]
    public async Task Bursts_OneAfterTheOther_NeverSpendMoreThanThereIs()
    {
        const int Carried = 40;
        await ConfigureAsync(Carried * Hold);
        LeaseKeeper[] instances = [New(looksAhead: false), New(looksAhead: false), New(looksAhead: false)];
        long spent = 0;
        for (var burst = 0; burst < 6; burst++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 90).Select(
                i => Task.Run(() => instances[i % 3].ReserveAsync([Home], Hold, default).AsTask())));
            var calls = results.Where(result => result.Reservation is not null).Select(result => result.Reservation!).ToList();
            Assert.InRange(calls.Count * Hold, 0, (Carried * Hold) - spent);
            foreach (var call in calls)
            {
                // A third of what was held for it.
                call.Settle(Hold / 3);
                spent += Hold / 3;
            }

            // Refusals are remembered for a second.
            Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.InRange(spent, Carried * Hold / 3, Carried * Hold);
    }

    /// <summary>Storage has begun the new day; an instance that has refused must not go on with what it knew of the old one.</summary>
    [Fact]
    public async Task NewPeriod_OnTheInstanceThatHasRefused_IsThereAtOnce()
    {
        await ConfigureAsync(2 * Hold);
        var keeper = New(looksAhead: false);
        (await AdmitAsync(keeper, 2 * Hold, Home)).Settle(2 * Hold);
        Assert.Equal(ReserveOutcome.Insufficient, (await keeper.ReserveAsync([Home], Hold, default)).Outcome);

        Clock.Advance(Start.Date.AddDays(1) - Start.UtcDateTime);

        await AdmitAsync(keeper, 2 * Hold, Home);
        Assert.Equal(ReserveOutcome.Insufficient, (await keeper.ReserveAsync([Home], Hold, default)).Outcome);
    }

    private async Task ConfigureAsync(long limit, PurseId? purse = null)
    {
        var result = await NewSync().SyncAsync(
            purse ?? Home,
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, new Budget(limit, PeriodLength.Day, "UTC")), default);
        Assert.Equal(SyncOutcome.Done, result.Outcome);
    }

    private static async Task<int> AdmittedAsync(int calls, Func<int, LeaseKeeper> instance, PurseId? purse = null)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, calls).Select(
            i => Task.Run(() => instance(i).ReserveAsync([purse ?? Home], Hold, default).AsTask())));
        Assert.All(results, result => Assert.True(result.Outcome is ReserveOutcome.Admitted or ReserveOutcome.Insufficient));
        return results.Count(result => result.Outcome == ReserveOutcome.Admitted);
    }
}
