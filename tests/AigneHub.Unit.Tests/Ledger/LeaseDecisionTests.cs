using AigneHub.Core.Ledger;
using AigneHub.Testing;
using static AigneHub.Testing.PurseSamples;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class LeaseDecisionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private readonly PurseStory _purse = new PurseStory(Empty, Start).Do(Grant("a", 100));

    [Fact]
    public void Lease_UnknownAndNotNew_IsLost()
    {
        _purse.Do(Lease("l", floor: 10, isNew: false));
        Assert.True(_purse.Last.Lease!.Lost);
        Assert.Empty(_purse.State.Leases);
    }

    [Fact]
    public void Lease_Needs_AreAdmittedEachByItself()
    {
        _purse.Do(Lease("l", needs: [60, 50, 40]));
        Assert.Equal([true, false, true], _purse.Last.Lease!.Admitted);
        Assert.Equal((100, (Int128)0, Start), (_purse.Last.Lease.Amount, _purse.Last.Lease.Available, _purse.State.RefusedAt));
        // The answer was lost: the same again reserves the same.
        _purse.Do(Lease("l", needs: [60, 50, 40]));
        Assert.Equal((100, (Int128)100), (_purse.Last.Lease!.Amount, _purse.State.Reserved));
    }

    /// <summary>The stop is told; a very large call at the beginning must not be all that is told.</summary>
    [Fact]
    public void Refusal_OfCredit_IsToldOnceAndAgainWhenLittleIsLeftOrCreditCame()
    {
        _purse.Do(Lease("l", needs: [150]));
        Assert.Equal([new PurseNotice(1, null, 0, 100, null, Start, Refused: true)], _purse.State.Notices.ToArray());
        _purse.Do(Lease("l", needs: [101])).Spend(89).Do(Lease("l", needs: [12]));
        Assert.Single(_purse.State.Notices);
        _purse.Spend(2).Do(Lease("l", needs: [10])).Do(Lease("l", needs: [10]));
        Assert.Equal([100L, 9], _purse.State.Notices.Select(notice => notice.Amount));
        _purse.Spend(50).Do(Lease("l", needs: [1])).Do(Lease("l", needs: [1]));
        Assert.Equal([100L, 9, -41], _purse.State.Notices.Select(notice => notice.Amount));
        _purse.Do(Grant("b", 60)).Do(Lease("l", needs: [20]));
        Assert.Equal([100L, 9, -41, 19], _purse.State.Notices.Select(notice => notice.Amount));
    }

    [Fact]
    public void Refusal_OfABudget_IsToldOnceAPeriodAndNotWithoutAlerts()
    {
        var budget = new Budget(100, PeriodLength.Day, "UTC");
        foreach (var (limit, alerts, told) in new[] { (100, [100], 1), (100, (int[])[], 0), (0, [100], 0) })
        {
            var purse = new PurseStory(Empty, Start).Do(
                new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, budget with { Limit = limit }, new PurseAlerts([.. alerts])));
            purse.Spend(limit * 9 / 10).Do(Lease("l", needs: [20])).Do(Lease("l", needs: [20]));
            Assert.Equal(told, purse.State.Notices.Length);
            if (told == 1)
            {
                Assert.Equal(
                    new PurseNotice(1, null, 100, 90, purse.State.Period!.End, Start, Refused: true), purse.State.Notices.Single());
                purse.Later(TimeSpan.FromDays(1)).Do(Lease("m", needs: [200])).Do(Lease("m", needs: [200]));
                Assert.Equal([90L, 0], purse.State.Notices.Select(notice => notice.Amount));
            }
        }
    }

    [Fact]
    public void Lease_GrantsThatAreOverAndNotEndedYet_AreNotReserved()
    {
        for (var i = 0; i < 20; i++)
        {
            _purse.Do(Grant("short" + i, 10, Start.AddMinutes(1)));
        }

        _purse.Now = Start.AddMinutes(1);
        _purse.Do(Lease("l", needs: [101, 100], wish: 50));
        // Eight have ended.
        Assert.Equal(13, _purse.State.Grants.Length);
        Assert.Equal([false, true], _purse.Last.Lease!.Admitted);
        Assert.Equal((100, (Int128)0), (_purse.Last.Lease.Amount, _purse.Last.Lease.Available));
    }

    [Fact]
    public void Lease_RenewedForAShorterTerm_IsKeptAsLongAsItsInstanceWasTold()
    {
        var until = Start.AddMinutes(10);
        var purse = new PurseStory(_purse.State with { Leases = [new Lease("l", 0, 0, until)] }, Start);
        Assert.Equal(until, Assert.Single(purse.Do(Lease("l", isNew: false)).State.Leases).UsableUntil);
        purse.Now = until;
        Assert.Equal(until.AddMinutes(1), Assert.Single(purse.Do(Lease("l", isNew: false)).State.Leases).UsableUntil);
    }

    [Fact]
    public void Lease_Wish_IsAShareAndNothingAfterARefusal()
    {
        _purse.Do(Lease("l", wish: 1_000));
        Assert.Equal(25, _purse.Last.Lease!.Amount);
        _purse.Do(Lease("m", wish: 5));
        Assert.Equal(5, _purse.Last.Lease!.Amount);
        _purse.Do(Lease("m", floor: 5, needs: [80], wish: 5, isNew: false));
        Assert.Equal((5, false), (_purse.Last.Lease!.Amount, _purse.Last.Lease.Admitted[0]));
        _purse.Now = Start.AddSeconds(60);
        Assert.Equal(5, _purse.Do(Lease("m", floor: 5, wish: 5, isNew: false)).Last.Lease!.Amount);
        _purse.Now = Start.AddSeconds(61);
        Assert.Equal(10, _purse.Do(Lease("m", floor: 5, wish: 5, isNew: false)).Last.Lease!.Amount);
    }

    [Fact]
    public void Lease_OfASoftBudget_IsNeverRefused()
    {
        _purse.Do(new SyncCommand.Configure(PurseKind.Soft, LedgerUnit.NanoUsd, new Budget(10, PeriodLength.Day, "UTC")));
        _purse.Do(Lease("l", needs: [500, 600], wish: 7));
        Assert.Equal([true, true], _purse.Last.Lease!.Admitted);
        Assert.Equal(1_107, _purse.Last.Lease.Amount);
    }

    [Fact]
    public void Lease_TheTwoHundredAndFirst_IsBusy()
    {
        for (var i = 0; i < PurseState.LeasesMax; i++)
        {
            _purse.Do(Lease("l" + i));
        }

        Assert.Equal("ledger_busy", _purse.Do(Lease("one more")).Last.Refused);
        Assert.Equal(400, _purse.Do(Lease("l0", isNew: false)).Last.Lease!.Term.TotalSeconds);
        Assert.Equal(PurseState.LeasesMax, _purse.State.Leases.Length);
    }

    [Fact]
    public void Close_LeavesWhenItsUsageHasCome()
    {
        _purse.Do(Lease("l", needs: [60])).Do(Lease("l", floor: 20, isNew: false, close: true));
        Assert.Equal(((Int128)20, (Int128)80), (_purse.State.Reserved, _purse.State.Available));
        _purse.Spend(15, "l");
        Assert.Single(_purse.State.Leases);
        _purse.Spend(5, "l");
        Assert.Empty(_purse.State.Leases);
        Assert.Equal((0, (Int128)80), (_purse.State.Late, _purse.State.Available));
    }

    [Fact]
    public void Overrun_NeverFreesWhatOthersHold()
    {
        _purse.Do(Lease("l", needs: [60])).Do(Lease("m", needs: [40])).Spend(70, "l");
        Assert.Equal(((Int128)40, (Int128)(-10), 0), (_purse.State.Reserved, _purse.State.Available, _purse.State.Debt));
        _purse.Spend(40, "m");
        Assert.Equal(10, _purse.State.Debt);
    }

    [Fact]
    public void Reclaim_WaitsForTheGraceAndForAllUnits()
    {
        _purse.Do(Lease("l", needs: [60])).Spend(10, "l");
        _purse.Later(TimeSpan.FromMinutes(15));
        Assert.Single(_purse.State.Leases);
        _purse.Now += TimeSpan.FromSeconds(1);
        _purse.Do(SyncCommand.None.Instance, complete: false);
        Assert.Single(_purse.State.Leases);
        _purse.Later(TimeSpan.Zero);
        Assert.Equal(50, Assert.Single(_purse.Last.Reclaimed).Unfolded);
        Assert.Equal(50, _purse.State.Unreported);
        Assert.Equal((Int128)90, _purse.State.Available);
        Assert.True(_purse.Do(Lease("l", floor: 10, isNew: false)).Last.Lease!.Lost);
        _purse.Spend(3, "l");
        Assert.Equal((3, 13), (_purse.State.Late, _purse.State.Spent));
    }

    [Fact]
    public void Reclaim_OfARenewedLease_CountsFromTheRenewal()
    {
        _purse.Do(Lease("l", needs: [60]));
        _purse.Now += TimeSpan.FromMinutes(14);
        _purse.Do(Lease("l", floor: 60, isNew: false)).Later(TimeSpan.FromMinutes(15));
        Assert.Single(_purse.State.Leases);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, -1)]
    [InlineData(0, SyncCommand.AmountMax + 1, 0)]
    public void Lease_AmountsOutOfRange_Throw(long floor, long need, long wish) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _purse.Do(Lease("l", floor, [need], wish)));

    /// <summary>Any commands in any order, with any usage: each decision asserts its sums, the movements make them.</summary>
    [Fact]
    public void Decide_AnyCommands_KeepEverySum()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var purse = new PurseStory(new PurseState(LedgerUnit.NanoUsd, (PurseKind)random.Next(4), 0, 0), Start);
            for (var step = 0; step < 60; step++)
            {
                purse.Now += TimeSpan.FromSeconds(random.Next(random.Next(2) == 0 ? 5 : 20_000));
                var usage = Enumerable.Range(0, random.Next(3))
                    .Select(_ => PurseSamples.Usage(random.Next(40), random.Next(3) == 0 ? null : "l" + random.Next(3)));
                purse.Do(AnyCommand(random, step, purse), random.Next(3) > 0, [.. usage]);
            }

            Assert.Equal(Enumerable.Range(1, purse.Movements.Count).Select(i => (long)i), purse.Movements.Select(movement => movement.Seq));
            var sums = purse.Movements.Aggregate(default(MoneySums), (sum, movement) => sum.Add(movement.Kind, movement.Amount));
            Assert.Equal(MoneySums.Of(purse.State), sums);
            Assert.All(purse.Movements, movement => Assert.True(movement.Amount > 0 || movement.Kind == MovementKind.Adjustment));
        }
    }

    private static SyncCommand AnyCommand(Random random, int step, PurseStory purse)
    {
        var id = new OutsideId("test", step.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return random.Next(9) switch
        {
            0 => new SyncCommand.GrantCredit(
                id, 1 + random.Next(200), "", "", random.Next(2) == 0 ? null : purse.Now.AddSeconds(1 + random.Next(9_000)), random.Next(3)),
            1 => new SyncCommand.Reverse(id, 1 + random.Next(60), "", "", "test|" + random.Next(step + 1)),
            2 => new SyncCommand.Adjust(id, random.Next(2) == 0 ? 1 + random.Next(50) : -1 - random.Next(50), "", ""),
            3 when random.Next(4) == 0 => new SyncCommand.Configure(
                PurseKind.Hard + random.Next(2), LedgerUnit.NanoUsd, new Budget(random.Next(300), (PeriodLength)random.Next(3), "Europe/Berlin")),
            3 when random.Next(4) == 0 => new SyncCommand.Configure((PurseKind)random.Next(2), LedgerUnit.NanoUsd),
            4 => new SyncCommand.SetPayment(new Payment("p", "o", 100, 77, random.Next(101), random.Next(50))),
            > 4 => Lease(
                "l" + random.Next(3), random.Next(80), [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(50))],
                random.Next(90), random.Next(2) == 0, random.Next(6) == 0),
            _ => SyncCommand.None.Instance,
        };
    }
}
