using AigneHub.Core.Ledger;
using AigneHub.Testing;
using static AigneHub.Testing.PurseSamples;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class BudgetTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private static readonly Budget Daily = new(100, PeriodLength.Day, "UTC");
    private readonly PurseStory _purse = new(new PurseState(LedgerUnit.NanoUsd, PurseKind.Unlimited, 40, 40), Start);

    [Theory]
    [InlineData(PeriodLength.Day, "Europe/Berlin", "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z")]
    [InlineData(PeriodLength.Day, "Europe/Berlin", "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z")]
    [InlineData(PeriodLength.Week, "Europe/Berlin", "2026-03-29T21:59Z", "2026-03-22T23:00Z", "2026-03-29T22:00Z")]
    [InlineData(PeriodLength.Month, "America/New_York", "2026-03-31T23:59Z", "2026-03-01T05:00Z", "2026-04-01T04:00Z")]
    // Cairo's clocks skip midnight, Havana's show the hour after it twice, Apia skipped the 30th.
    [InlineData(PeriodLength.Day, "Africa/Cairo", "2026-04-24T08:00Z", "2026-04-23T22:00Z", "2026-04-24T21:00Z")]
    [InlineData(PeriodLength.Day, "America/Havana", "2026-11-01T05:30Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z")]
    [InlineData(PeriodLength.Day, "Pacific/Apia", "2011-12-30T09:59Z", "2011-12-29T10:00Z", "2011-12-30T10:00Z")]
    public void Period_AroundChangesOfTheClock_BeginsAtMidnightOrTheFirstMomentAfter(
        PeriodLength length, string zone, string now, string start, string end)
    {
        var period = BudgetPeriod.At(new Budget(1, length, zone), DateTimeOffset.Parse(now, null), 0);
        Assert.Equal((DateTimeOffset.Parse(start, null), DateTimeOffset.Parse(end, null)), (period.Start.ToUniversalTime(), period.End.ToUniversalTime()));
    }

    [Fact]
    public void Period_EveryZone_FollowOneAnotherWithoutGaps()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
            var period = BudgetPeriod.At(new Budget(1, PeriodLength.Day, zone.Id), now, 0);
            for (var day = 0; day < 400; day++)
            {
                var next = BudgetPeriod.At(period.Budget, period.End, 0);
                Assert.True(next.Start == period.End && next.End - next.Start >= TimeSpan.FromHours(22) && next.End - next.Start <= TimeSpan.FromHours(26),
                    $"{zone.Id}: {period} is followed by {next}");
                Assert.Equal(period.Start, BudgetPeriod.At(period.Budget, period.End.AddTicks(-1), 0).Start);
                period = next;
            }
        }
    }

    [Fact]
    public void Roll_AZoneUnknownHere_IsByUtcAndCanBeConfiguredAway()
    {
        Configure(Daily);
        var strange = Daily with { Zone = "Mars/Olympus" };
        var purse = new PurseStory(_purse.State with { Period = _purse.State.Period! with { Budget = strange } }, Start.AddDays(1));
        purse.Do(SyncCommand.None.Instance);
        var end = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal((strange, end), (purse.State.Period!.Budget, purse.State.Period.End));
        purse.Do(new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, Daily));
        Assert.Equal((null, Daily), (purse.Last.Refused, purse.State.Period!.Budget));
        purse.Do(new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, strange));
        Assert.Equal("budget_invalid", purse.Last.Refused);
    }

    [Fact]
    public void Configure_Nonsense_IsRefused()
    {
        _purse.Do(new SyncCommand.Configure((PurseKind)9, LedgerUnit.NanoUsd));
        Assert.Equal("kind_invalid", _purse.Last.Refused);
        _purse.Do(new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd, null, new PurseAlerts(default)));
        Assert.Equal("alerts_invalid", _purse.Last.Refused);
        _purse.Do(new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd, null, new PurseAlerts([.. Enumerable.Range(1, 17)])));
        Assert.Equal("alerts_invalid", _purse.Last.Refused);
    }

    [Fact]
    public void Configure_Budget_ForgivesDebtAndGivesTheLimit()
    {
        Configure(Daily);
        Assert.Equal((0, 40, 100, (Int128)100), (_purse.State.Debt, _purse.State.WrittenOff, _purse.State.Granted, _purse.State.Available));
        Assert.Equal([MovementKind.WriteOff, MovementKind.Period], _purse.Movements.Select(movement => movement.Kind));
        var before = _purse.State;
        Configure(Daily);
        Assert.Equal((before.MoneySeq, before.Granted, before.Period), (_purse.State.MoneySeq, _purse.State.Granted, _purse.State.Period));
    }

    [Fact]
    public void Roll_Midnight_ExpiresTheRestForgivesDebtAndGivesTheLimitAgain()
    {
        Configure(Daily);
        _purse.Spend(30).Later(TimeSpan.FromHours(12));
        Assert.Equal((70, 200, (Int128)100), (_purse.State.Expired, _purse.State.Granted, _purse.State.Available));
        _purse.Spend(130);
        Assert.Equal((30, (Int128)(-30)), (_purse.State.Debt, _purse.State.Available));
        // Nobody came for three days.
        _purse.Later(TimeSpan.FromDays(3));
        Assert.Equal((0, 70, 300, (Int128)100), (_purse.State.Debt, _purse.State.WrittenOff, _purse.State.Granted, _purse.State.Available));
        Assert.Equal(Start.AddDays(5).Date, _purse.State.Period!.End.Date);
    }

    [Fact]
    public void Roll_WithLeases_KeepsWhatTheyHoldBesideTheNewLimit()
    {
        Configure(Daily);
        _purse.Now = Start.Date.AddDays(1).AddMinutes(-1);
        _purse.Do(Lease("l", needs: [60])).Later(TimeSpan.FromMinutes(2));
        Assert.Equal(((Int128)60, (Int128)100, 40), (_purse.State.Kept, _purse.State.Available, _purse.State.Expired));
        _purse.Spend(60, "l");
        Assert.Equal(((Int128)100, 0), (_purse.State.Available, _purse.State.Debt));
    }

    [Fact]
    public void Roll_WhenNinetyGrantsExpireToo_EndsThePeriodsGrantFirst()
    {
        Configure(Daily);
        for (var i = 0; i < 30; i++)
        {
            _purse.Do(Grant("g" + i, 1, Start.AddHours(1)));
        }

        _purse.Later(TimeSpan.FromDays(1));
        Assert.Single(_purse.State.Grants, grant => grant.Id.StartsWith("period|", StringComparison.Ordinal));
    }

    [Fact]
    public void Configure_AnotherLimit_KeepsWhatWasSpent()
    {
        Configure(Daily);
        _purse.Spend(30);
        Configure(Daily with { Limit = 150 });
        Assert.Equal((Int128)120, _purse.State.Available);
        Configure(Daily with { Limit = 20 });
        Assert.Equal(((Int128)(-10), 10), (_purse.State.Available, _purse.State.Debt));
        Configure(Daily with { Limit = 30 });
        Assert.Equal(((Int128)0, 0), (_purse.State.Available, _purse.State.Debt));
        Configure(Daily);
        Assert.Equal((Int128)70, _purse.State.Available);
    }

    [Fact]
    public void Configure_AnotherZone_BeginsAnotherPeriod()
    {
        Configure(Daily);
        _purse.Spend(30);
        Configure(Daily with { Zone = "Asia/Tokyo" });
        Assert.Equal(((Int128)100, 70), (_purse.State.Available, _purse.State.Expired));
        _purse.Do(new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd));
        Assert.Equal(((Int128)0, null), (_purse.State.Available, _purse.State.Period));
    }

    [Fact]
    public void Configure_ThatCanNotBe_IsRefused()
    {
        SyncCommand[] bad =
        [
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd), new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd, Daily),
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, Daily with { Zone = "Europe/Bielefeld" }),
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, Daily with { Limit = -1 }),
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, Daily with { Limit = SyncCommand.AmountMax + 1 }),
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, Daily with { Length = (PeriodLength)9 }),
        ];
        Assert.All(bad, command => Assert.Equal("budget_invalid", _purse.Do(command).Last.Refused));
        Assert.Equal(40, _purse.State.Debt);
    }

    [Fact]
    public void Alerts_Percents_TellTheHighestOnceAPeriod()
    {
        _purse.Do(new SyncCommand.Configure(PurseKind.Soft, LedgerUnit.NanoUsd, Daily, new PurseAlerts([50, 80, 100])));
        Assert.Empty(_purse.Spend(49).State.Notices);
        var end = _purse.State.Period!.End;
        var half = new PurseNotice(1, 50, 100, 50, end, _purse.Now);
        Assert.Equal([half], _purse.Spend(1).State.Notices.ToArray());
        var whole = new PurseNotice(2, 100, 100, 140, end, _purse.Now);
        Assert.Equal([half, whole], _purse.Spend(90).State.Notices.ToArray());
        Assert.Equal([half, whole], _purse.Spend(90).State.Notices.ToArray());
        _purse.Do(new SyncCommand.NoticesTaken(1));
        Assert.Equal([whole], _purse.State.Notices.ToArray());
        _purse.Do(new SyncCommand.NoticesTaken(2)).Later(TimeSpan.FromDays(1));
        Assert.Empty(_purse.State.Notices);
        Assert.Equal((80, 3L), (_purse.Spend(80).State.Notices.Single().Percent, _purse.State.NoticeSeq));
    }

    [Fact]
    public void Alerts_NobodyTakesThem_TheOldestGo()
    {
        var alerts = new PurseAlerts([50]);
        for (var i = 0; i < 2 * PurseState.NoticesMax; i++)
        {
            // Another limit begins to tell anew.
            _purse.Do(new SyncCommand.Configure(PurseKind.Soft, LedgerUnit.NanoUsd, Daily with { Limit = 100 + i }, alerts)).Spend(100);
        }

        Assert.Equal(PurseState.NoticesMax, _purse.State.Notices.Length);
        Assert.Equal(_purse.State.NoticeSeq, _purse.State.Notices[^1].Seq);
    }

    private void Configure(Budget budget)
    {
        _purse.Do(new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, budget));
        Assert.Null(_purse.Last.Refused);
    }
}
