using AigneHub.Core.Ledger;
using AigneHub.Testing;
using static AigneHub.Testing.PurseSamples;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class GrantTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private readonly PurseStory _purse = new(Empty, Start);

    [Theory]
    [InlineData("payment")]
    [InlineData("period")]
    [InlineData("a|b")]
    public void Grant_ASourceThatMakesAnotherGrantsId_IsRefused(string source)
    {
        _purse.Do(new SyncCommand.GrantCredit(new OutsideId(source, "1"), 1, "", ""));
        Assert.Equal("movement_invalid", _purse.Last.Refused);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(162)]
    public void Reverse_AGrantIdThatCantBe_IsRefused(int length)
    {
        _purse.Do(new SyncCommand.Reverse(new OutsideId("admin", "1"), 1, "", "", new string('a', length)));
        Assert.Equal("movement_invalid", _purse.Last.Refused);
    }

    [Fact]
    public void Spend_SeveralGrants_UsesTheOneThatExpiresFirstThenThePriorityThenTheId()
    {
        _purse.Do(Grant("never", 10)).Do(Grant("b", 10, At(2), priority: 1)).Do(Grant("c", 10, At(2))).Do(Grant("first", 10, At(1), priority: 9))
            .Do(Grant("a", 10, At(2), priority: 1));
        Assert.Equal(["admin|first", "admin|c", "admin|a", "admin|b", "admin|never"], _purse.State.Grants.Select(grant => grant.Id));
        _purse.Spend(25);
        Assert.Equal([("admin|a", 5L), ("admin|b", 10L), ("admin|never", 10L)], _purse.State.Grants.Select(grant => (grant.Id, grant.Remaining)));
        _purse.Spend(30);
        Assert.Equal((0, 5, 55, 50), (_purse.State.Grants.Length, _purse.State.Debt, _purse.State.Spent, _purse.State.Granted));
    }

    [Fact]
    public void Grant_WithDebt_PaysItFirst()
    {
        _purse.Spend(30).Do(Grant("small", 20));
        Assert.Equal((10, 0), (_purse.State.Debt, _purse.State.Grants.Length));
        _purse.Do(Grant("large", 15));
        Assert.Equal((0, 5L), (_purse.State.Debt, Assert.Single(_purse.State.Grants).Remaining));
        Assert.Equal([20L, 15L], _purse.Movements.Select(movement => movement.Amount));
    }

    [Fact]
    public void Expiry_WithoutLeases_EndsTheWholeGrant()
    {
        _purse.Do(Grant("a", 10, At(1))).Later(TimeSpan.FromHours(1));
        Assert.Empty(_purse.State.Grants);
        Assert.Equal(10, _purse.State.Expired);
        var movement = _purse.Movements[^1];
        Assert.Equal((2L, MovementKind.Expiry, 10L, "admin|a"), (movement.Seq, movement.Kind, movement.Amount, movement.GrantId));
        Assert.Equal(new MoneySums(10, 0, 10, 0), movement.After);
    }

    [Fact]
    public void Expiry_OfWhatALeaseHolds_KeepsItForTheLeaseAlone()
    {
        _purse.Do(Grant("a", 100, At(0.01))).Do(Grant("b", 50)).Do(Lease("l", needs: [30]));
        _purse.Now = Start.AddMinutes(1);
        _purse.Do(Lease("l", floor: 30, isNew: false));
        Assert.Equal([("admin|a", 30L, true), ("admin|b", 50L, false)], _purse.State.Grants.Select(grant => (grant.Id, grant.Remaining, grant.Dead)));
        Assert.Equal((70, (Int128)30, (Int128)50), (_purse.State.Expired, _purse.State.Kept, _purse.State.Available));

        // Spent first, and what the lease gives back is gone.
        _purse.Spend(12, "l");
        Assert.Equal(18L, _purse.State.Grants[0].Remaining);
        _purse.Do(Lease("l", floor: 12, isNew: false, close: true));
        Assert.Equal("admin|b", Assert.Single(_purse.State.Grants).Id);
        Assert.Equal((88, (Int128)50), (_purse.State.Expired, _purse.State.Available));
        Assert.Empty(_purse.State.Leases);
    }

    [Fact]
    public void Lease_GivingBackAndAskingAtOnce_GetsNothingOfADeadGrant()
    {
        _purse.Do(Grant("a", 100, At(0.01))).Do(Lease("l", needs: [30]));
        _purse.Now = Start.AddMinutes(1);
        _purse.Do(Lease("l", floor: 10, needs: [20], isNew: false));
        Assert.Equal([false], _purse.Last.Lease!.Admitted);
        Assert.Equal(((Int128)10, 90), (_purse.State.Kept, _purse.State.Expired));
    }

    [Fact]
    public void Expiry_OfMany_EndsEightAtATime()
    {
        for (var i = 0; i < 20; i++)
        {
            _purse.Do(Grant("g" + i, 1, At(1)));
        }

        _purse.Later(TimeSpan.FromHours(2));
        Assert.Equal(8, _purse.State.Expired);
        _purse.Later(TimeSpan.Zero).Later(TimeSpan.Zero);
        Assert.Equal((20, 0), (_purse.State.Expired, _purse.State.Grants.Length));
    }

    [Fact]
    public void Grant_TheSixtyFifth_JoinsOneThatExpiresLaterAndHasItsPriority()
    {
        for (var i = 0; i < PurseState.GrantsMax; i++)
        {
            _purse.Do(Grant($"g{i:D2}", 1, At(1 + i), priority: i % 2));
        }

        _purse.Do(Grant("new", 7, At(10.5), priority: 1));
        Assert.Equal(PurseState.GrantsMax, _purse.State.Grants.Length);
        // The 12th expires at 11 h, has priority 0 + 1: index 11 is odd.
        Assert.Equal("admin|g11", _purse.Movements[^1].GrantId);
        Assert.Equal(8L, _purse.State.Grants.Single(grant => grant.Id == "admin|g11").Remaining);

        // None expires later: the last one lives longer.
        _purse.Do(Grant("eternal", 5));
        Assert.Equal(("admin|g63", (DateTimeOffset?)null, 6L), (_purse.State.Grants[^1].Id, _purse.State.Grants[^1].Expires, _purse.State.Grants[^1].Remaining));
    }

    [Fact]
    public void Reverse_TakesItsGrantThenOthersThenMakesDebt()
    {
        _purse.Do(Grant("a", 10, At(1))).Do(Grant("b", 10));
        _purse.Do(new SyncCommand.Reverse(new OutsideId("admin", "r1"), 4, "refund", "tester", "admin|b"));
        Assert.Equal([10L, 6L], _purse.State.Grants.Select(grant => grant.Remaining));
        _purse.Do(new SyncCommand.Reverse(new OutsideId("admin", "r2"), 20, "refund", "tester", "admin|b"));
        Assert.Equal((0, 4, 24), (_purse.State.Grants.Length, _purse.State.Debt, _purse.State.Reversed));
    }

    [Fact]
    public void Adjust_UpAndDown_CountsAsGrantedAndReversed()
    {
        _purse.Do(new SyncCommand.Adjust(new OutsideId("admin", "1"), 30, "gift", "tester"));
        _purse.Do(new SyncCommand.Adjust(new OutsideId("admin", "2"), -40, "error", "tester"));
        Assert.Equal((30, 40, 10), (_purse.State.Granted, _purse.State.Reversed, _purse.State.Debt));
        Assert.Equal([30L, -40L], _purse.Movements.Select(movement => movement.Amount));
        Assert.Null(_purse.Movements[0].At == default ? "no time" : null);
    }

    [Fact]
    public void Moves_ThatCanNotBe_AreRefusedAndBookNothing()
    {
        SyncCommand[] bad =
        [
            Grant("a", 0), Grant("a", -1), Grant("a", SyncCommand.AmountMax + 1), Grant("a", 1, Start), Grant("", 1), Grant(new string('x', 129), 1), Grant("a b", 1),
            Grant("ü", 1),
            new SyncCommand.Adjust(new OutsideId("admin", "2"), 0, "", ""), Grant("a", 1) with { Reason = new string('x', 513) },
            new SyncCommand.Reverse(new OutsideId("admin", "2"), -5, "", "", "admin|x"),
        ];
        Assert.All(bad, command =>
        {
            _purse.Do(command);
            Assert.NotNull(_purse.Last.Refused);
            Assert.Null(_purse.Last.Booked);
        });
        Assert.Equal(Empty, _purse.State);
    }

    [Fact]
    public void Grant_WithSixtyFourDeadOnes_IsRefused()
    {
        var dead = Enumerable.Range(0, PurseState.GrantsMax).Select(i => new Grant("d" + i, 1, Start, 0, Dead: true));
        var purse = new PurseStory(
            Empty with { Granted = 64, Grants = [.. dead], Leases = [new Lease("l", 64, 0, Start.AddMinutes(1))] }, Start.AddSeconds(1));
        Assert.Equal("too_many_grants", purse.Do(Grant("a", 1)).Last.Refused);
        Assert.Equal(64, purse.State.Granted);
        // All of them end at once when the lease gives up: one transaction still holds their movements.
        purse.Do(Lease("l", isNew: false, close: true));
        Assert.Equal((0, 64), (purse.State.Grants.Length, purse.Last.Movements.Count));
        Assert.InRange(purse.Last.RowsWith(0), 65, ILedgerStore.TransactionRowsMax);
    }

    [Fact]
    public void Alerts_BalanceBelow_TellOnceUntilItRises()
    {
        var alerts = new PurseAlerts([], LowBalance: 20, TopUpBelow: 10);
        _purse.Do(Grant("a", 100)).Do(new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd, Alerts: alerts));
        Assert.Empty(_purse.State.Notices);
        _purse.Spend(81);
        Assert.Equal([new PurseNotice(1, null, 20, 19, null, Start)], _purse.State.Notices.ToArray());
        Assert.False(_purse.State.TopUpDue);
        Assert.Single(_purse.Spend(10).State.Notices);
        Assert.True(_purse.State.TopUpDue);
        _purse.Do(Grant("b", 100));
        Assert.Equal((false, false), (_purse.State.TopUpDue, _purse.State.LowNotified));
        Assert.Equal([1, 2], _purse.Spend(100).State.Notices.Select(notice => notice.Seq));
    }

    /// <summary>What a purse without limits has spent is no balance: nobody is told, and nothing is bought for it.</summary>
    [Fact]
    public void Alerts_OfAPurseThatNothingLimits_TellNobody()
    {
        var alerts = new PurseAlerts([], LowBalance: 20, TopUpBelow: 10);
        _purse.Do(new SyncCommand.Configure(PurseKind.Unlimited, LedgerUnit.NanoUsd, Alerts: alerts)).Spend(81);
        Assert.Empty(_purse.State.Notices);
        Assert.False(_purse.State.TopUpDue);
    }

    private static DateTimeOffset At(double hours) => Start.AddHours(hours);
}
