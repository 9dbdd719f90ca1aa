using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Ledger;

/// <summary>What every <see cref="ILedgerStore"/> must do; run on the tables and on the fake that the model uses.</summary>
public abstract class LedgerStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private static readonly PurseId Purse = PurseId.OfAccount("default");

    internal abstract Task<ILedgerStore> NewAsync();

    [Fact]
    public async Task InsertUnit_Twice_WritesOnce()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, 3);
        Assert.Equal(InsertResult.Inserted, await ledger.InsertUnitAsync(Purse, inbox, events, default));
        Assert.Equal(InsertResult.SettledBefore, await ledger.InsertUnitAsync(Purse, inbox, events, default));

        var view = await ledger.ReadPurseAsync(Purse, 86, default);
        Assert.Null(view.State);
        Assert.True(view.Complete);
        var row = Assert.Single(view.Inbox);
        Assert.Equal(inbox with { Sums = null }, row with { Sums = null });
        Assert.True(inbox.Sums!.Total().SameAs(row.Sums!.Total()));
        Assert.Equal(events.Select(e => e.Id).Order(), (await ledger.ReadEventsAsync(Purse, null, null, 10, default)).Select(e => e.Id).Order());
    }

    [Fact]
    public async Task InsertUnit_WithAStoredEvent_WritesNothing()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, 2);
        await ledger.InsertUnitAsync(Purse, inbox, events, default);
        var (other, fresh) = Unit(2, Noon, 2);
        Assert.Equal(InsertResult.EventExists, await ledger.InsertUnitAsync(Purse, other, [fresh[0], events[1]], default));

        Assert.Single((await ledger.ReadPurseAsync(Purse, 86, default)).Inbox);
        Assert.Null(await ledger.FindEventAsync(Purse, fresh[0].Id, default));
        Assert.Equal(events[1], await ledger.FindEventAsync(Purse, events[1].Id, default));
        // Not even its mark: it can be settled without the event.
        Assert.Equal(InsertResult.Inserted, await ledger.InsertUnitAsync(Purse, other, [fresh[0]], default));
    }

    [Fact]
    public async Task InsertUnit_FoldedMeanwhile_IsStillSettledBefore()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, 1);
        await ledger.InsertUnitAsync(Purse, inbox, events, default);
        await ledger.CommitAsync(Purse, Fold(null, inbox), default);
        Assert.Equal(InsertResult.SettledBefore, await ledger.InsertUnitAsync(Purse, inbox, events, default));
    }

    [Fact]
    public async Task InsertUnit_OfNinetyEightEvents_IsOneTransaction()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, UsageMessage.UnitEventsMax);
        Assert.Equal(InsertResult.Inserted, await ledger.InsertUnitAsync(Purse, inbox, events, default));
        var (_, more) = Unit(2, Noon, UsageMessage.UnitEventsMax + 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.InsertUnitAsync(Purse, inbox, more, default));
    }

    [Fact]
    public async Task InsertUnit_OtherPurses_AreIndependentEvenWithSimilarNames()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, 1);
        foreach (var purse in new[] { Purse, PurseId.OfAccount("defaul"), PurseId.OfAccount("default2"), new PurseId("team:default") })
        {
            Assert.Equal(InsertResult.Inserted, await ledger.InsertUnitAsync(purse, inbox, events, default));
            Assert.Single((await ledger.ReadPurseAsync(purse, 86, default)).Inbox);
        }
    }

    [Fact]
    public async Task ReadPurse_MoreRowsThanAsked_IsNotComplete()
    {
        var ledger = await NewAsync();
        for (var i = 0; i < 5; i++)
        {
            var (inbox, events) = Unit(i, Noon, 1);
            await ledger.InsertUnitAsync(Purse, inbox, events, default);
        }

        var part = await ledger.ReadPurseAsync(Purse, 3, default);
        Assert.Equal((3, false), (part.Inbox.Count, part.Complete));
        await ledger.CommitAsync(Purse, Fold(null, [.. part.Inbox]), default);
        var rest = await ledger.ReadPurseAsync(Purse, 86, default);
        Assert.Equal((2, true), (rest.Inbox.Count, rest.Complete));
        Assert.NotNull((await ledger.ReadPurseAsync(Purse, 1, default)).State);
    }

    [Fact]
    public async Task Commit_OfAnotherVersion_WritesNothing()
    {
        var ledger = await NewAsync();
        var (first, events) = Unit(1, Noon, 1);
        var (second, others) = Unit(2, Noon, 1);
        await ledger.InsertUnitAsync(Purse, first, events, default);
        await ledger.InsertUnitAsync(Purse, second, others, default);
        Assert.Equal(CommitResult.Committed, await ledger.CommitAsync(Purse, Fold(null, first), default));
        var view = await ledger.ReadPurseAsync(Purse, 86, default);

        Assert.Equal(CommitResult.Conflict, await ledger.CommitAsync(Purse, Fold(null, second), default));
        Assert.Equal(CommitResult.Committed, await ledger.CommitAsync(Purse, Fold(view.State!.ETag, second), default));
        Assert.Equal(CommitResult.Conflict, await ledger.CommitAsync(Purse, Fold(view.State.ETag, second), default));
        var now = await ledger.ReadPurseAsync(Purse, 86, default);
        Assert.Equal(CommitResult.Conflict, await ledger.CommitAsync(Purse, Fold(now.State!.ETag, second), default));

        Assert.Equal(second.Cost, now.State.Value.Spent);
        Assert.Equal(now.State.ETag, (await ledger.ReadPurseAsync(Purse, 86, default)).State!.ETag);
        Assert.Empty(now.Inbox);
    }

    [Fact]
    public async Task ReadHours_Span_IsInclusiveNewestFirstAndKnowsWhatIsNew()
    {
        var ledger = await NewAsync();
        var rows = Enumerable.Range(0, 5).Select(i => Unit(i, Noon.AddHours(i), 1 + i).Inbox).ToArray();
        await ledger.CommitAsync(Purse, Fold(null, [], rows[..4]), default);
        var first = await ledger.ReadPurseAsync(Purse, 86, default);
        await Task.Delay(20); // The store's clock has to move on.
        await ledger.CommitAsync(Purse, Fold(first.State!.ETag, [], rows[4]), default);
        var second = await ledger.ReadPurseAsync(Purse, 86, default);

        var span = new HourSpan("2026112313", "2026112315");
        var hours = await ledger.ReadHoursAsync(Purse, span, true, null, default).ToListAsync();
        Assert.Equal(["2026112315", "2026112314", "2026112313"], hours.Select(row => row.Hour));
        Assert.Equal([4, 3, 2], hours.Select(row => row.Count));
        Assert.All(hours, row => Assert.Equal(row.Cost, row.Sums.Total().Cost));
        var bare = await ledger.ReadHoursAsync(Purse, HourSpan.All, false, null, default).ToListAsync();
        Assert.Equal(5, bare.Count);
        Assert.All(bare, row => Assert.Empty(row.Sums.ByKey));
        var fresh = await ledger.ReadHoursAsync(Purse, HourSpan.All, false, second.CommittedAt, default).ToListAsync();
        Assert.Equal("2026112316", Assert.Single(fresh).Hour);
        Assert.Equal(5, await ledger.ReadHoursAsync(Purse, HourSpan.All, false, first.CommittedAt, default).CountAsync());
        Assert.Equal(3, (await ledger.FindHourAsync(Purse, "2026112314", default))!.Count);
        Assert.Null(await ledger.FindHourAsync(Purse, "2026112323", default));
    }

    [Fact]
    public async Task ReadEvents_Pages_AreNewestFirstWithoutGaps()
    {
        var ledger = await NewAsync();
        var all = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            var (inbox, events) = Unit(i, Noon.AddMinutes(-i), 5);
            await ledger.InsertUnitAsync(Purse, inbox, events, default);
            all.AddRange(events.Select(row => row.Id));
        }

        var read = new List<Guid>();
        for (Guid? before = null; ; before = read[^1])
        {
            var page = await ledger.ReadEventsAsync(Purse, null, before, 3, default);
            read.AddRange(page.Select(row => row.Id));
            if (page.Count < 3)
            {
                break;
            }
        }

        all = [.. all.OrderDescending()];
        Assert.Equal(all, read);
        Assert.Equal(all[7..15], (await ledger.ReadEventsAsync(Purse, all[14], all[6], 100, default)).Select(row => row.Id));
        Assert.Equal(all[..15], (await ledger.ReadEventsAsync(Purse, all[14], null, 100, default)).Select(row => row.Id));
        var (first, end) = (HubIds.FirstAt(Noon.AddMinutes(-2)), HubIds.FirstAt(Noon));
        Assert.Equal(all[5..15], (await ledger.ReadEventsAsync(Purse, first, end, 100, default)).Select(row => row.Id));
    }

    [Fact]
    public async Task SumEvents_Span_AddsByHourOfTheIdWithUnpricedAsNothing()
    {
        var ledger = await NewAsync();
        var start = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        DateTimeOffset[] moments = [start.AddMilliseconds(-1), start, start.AddMinutes(59).AddSeconds(59.999), start.AddHours(1), start.AddHours(2)];
        foreach (var (moment, index) in moments.Select((moment, index) => (moment, index)))
        {
            var (inbox, events) = Unit(index, moment, 2, rate: index == 1 ? null : 2_000_000);
            await ledger.InsertUnitAsync(Purse, inbox, events, default);
        }

        var sums = await ledger.SumEventsAsync(Purse, new HourSpan("2026112312", "2026112313"), default).ToListAsync();
        var cost = Unit(9, start, 2, rate: 2_000_000).Inbox.Cost;
        Assert.True(cost > 0);
        Assert.Equal([new HourCost("2026112313", cost, 2), new HourCost("2026112312", cost, 4)], sums);
    }

    [Fact]
    public async Task DeleteAndInsertEvents_PutBackWhatWasThere()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, 5);
        await ledger.InsertUnitAsync(Purse, inbox, events, default);
        await ledger.DeleteEventsAsync(Purse, [events[0].Id, events[1].Id], default);
        await ledger.DeleteEventsAsync(Purse, [events[1].Id, events[2].Id], default);
        Assert.Equal(2, (await ledger.ReadEventsAsync(Purse, null, null, 10, default)).Count);
        Assert.Equal(InsertResult.EventExists, await ledger.InsertEventsAsync(Purse, events, default));
        Assert.Equal(2, (await ledger.ReadEventsAsync(Purse, null, null, 10, default)).Count);
        Assert.Equal(InsertResult.Inserted, await ledger.InsertEventsAsync(Purse, events[..3], default));
        Assert.Equal(events.OrderByDescending(row => row.Id), await ledger.ReadEventsAsync(Purse, null, null, 10, default));
        Assert.Equal(inbox.Unit, Assert.Single((await ledger.ReadPurseAsync(Purse, 86, default)).Inbox).Unit);
    }

    [Fact]
    public async Task DeleteSettled_Before_LeavesYoungerMarksAndEverythingElse()
    {
        var ledger = await NewAsync();
        (InboxRow Inbox, LedgerEvent[] Events)[] units = [.. new[] { -2, -1, 0, 1 }.Select(ms => Unit(1, Noon.AddMilliseconds(ms), 1))];
        foreach (var (inbox, events) in units)
        {
            await ledger.InsertUnitAsync(Purse, inbox, events, default);
        }

        Assert.Equal(2, await ledger.DeleteSettledAsync(Purse, Noon, default));
        Assert.Equal(0, await ledger.DeleteSettledAsync(Purse, Noon, default));
        Assert.Equal(4, (await ledger.ReadEventsAsync(Purse, null, null, 10, default)).Count);
        Assert.Equal(4, (await ledger.ReadPurseAsync(Purse, 86, default)).Inbox.Count);
        // The mark is what tells.
        await ledger.CommitAsync(Purse, Fold(null, [.. units.Select(unit => unit.Inbox)]), default);
        Assert.Equal(InsertResult.Inserted, await ledger.InsertUnitAsync(Purse, units[1].Inbox, [], default));
        Assert.Equal(InsertResult.SettledBefore, await ledger.InsertUnitAsync(Purse, units[2].Inbox, [], default));
    }

    [Fact]
    public async Task Commit_AFullState_ReadsBackAsItWas()
    {
        var ledger = await NewAsync();
        var state = FullState();
        Assert.Equal(CommitResult.Committed, await ledger.CommitAsync(Purse, new LedgerCommit(state, null, [], []), default));
        var view = await ledger.ReadPurseAsync(Purse, 86, default);
        var read = view.State!.Value;
        Assert.Equal(state.Grants.ToArray(), read.Grants.ToArray());
        Assert.Equal(state.Leases.ToArray(), read.Leases.ToArray());
        Assert.Equal(state.Alerts.Percents.ToArray(), read.Alerts.Percents.ToArray());
        Assert.Equal(state.Notices.ToArray(), read.Notices.ToArray());
        var alerts = read.Alerts with { Percents = state.Alerts.Percents };
        Assert.Equal(state, read with { Grants = state.Grants, Leases = state.Leases, Notices = state.Notices, Alerts = alerts });
        Assert.Null(read.WhatIsWrong());

        var bare = new PurseState(LedgerUnit.NanoCredit, PurseKind.Credit, 0, 0);
        await ledger.CommitAsync(Purse, new LedgerCommit(bare, view.State.ETag, [], []), default);
        Assert.Equal(bare, (await ledger.ReadPurseAsync(Purse, 86, default)).State!.Value);
    }

    [Fact]
    public async Task Commit_MovementsIdsAndPayments_AreReadBackAndBookedOnce()
    {
        var ledger = await NewAsync();
        var odd = new OutsideId("stripe", "a/b#c?d\\e ü|f");
        var payment = new PaymentRow(
            new Payment("pi/1", "order", 1_000, 7_000, 900, 10, 5, DisputeStatus.Won, Noon), Granted: 6_300, Reversed: 70)
        { Lapsed = 3, Elsewhere = 4 };
        Movement[] movements =
        [
            new(1, MovementKind.Grant, 100, Noon, odd.ToString(), "g", "why ü", "who", "hash") { After = new MoneySums(100, 0, 0, 0) },
            new(2, MovementKind.Adjustment, -30, Noon.AddSeconds(1)) { After = new MoneySums(100, 30, 0, 0) },
            new(3, MovementKind.Expiry, 5, Noon.AddSeconds(2)) { After = new MoneySums(100, 30, 5, 0) },
        ];
        var state = new PurseState(LedgerUnit.NanoUsd, PurseKind.Credit, 0, 0);
        var commit = new LedgerCommit(state, null, [], [])
        {
            Movements = movements,
            Booked = new BookedId(odd, 1, "hash"),
            Payment = payment,
        };
        Assert.Equal(CommitResult.Committed, await ledger.CommitAsync(Purse, commit, default));
        Assert.Equal(movements.Reverse(), await ledger.ReadMovementsAsync(Purse, null, default).ToListAsync());
        Assert.Equal([movements[1], movements[0]], await ledger.ReadMovementsAsync(Purse, 3, default).ToListAsync());
        Assert.Equal(commit.Booked, await ledger.FindBookedAsync(Purse, odd, default));
        Assert.Null(await ledger.FindBookedAsync(Purse, odd with { Source = "admin" }, default));
        Assert.Equal(payment, await ledger.FindPaymentAsync(Purse, "pi/1", default));
        Assert.Null(await ledger.FindPaymentAsync(Purse, "pi/2", default));

        var etag = (await ledger.ReadPurseAsync(Purse, 1, default)).State!.ETag;
        var again = new LedgerCommit(state with { Late = 1 }, etag, [], []);
        Assert.Equal(CommitResult.Conflict, await ledger.CommitAsync(Purse, again with { Movements = movements[2..] }, default));
        Assert.Equal(CommitResult.Conflict, await ledger.CommitAsync(Purse, again with { Booked = commit.Booked }, default));
        var refunded = payment with { Reversed = 71 };
        Assert.Equal(CommitResult.Committed, await ledger.CommitAsync(Purse, again with { Payment = refunded }, default));
        Assert.Equal(refunded, await ledger.FindPaymentAsync(Purse, "pi/1", default));

        etag = (await ledger.ReadPurseAsync(Purse, 1, default)).State!.ETag;
        var second = payment with { Payment = payment.Payment with { Id = "zz~} ü", Expires = null, Dispute = DisputeStatus.None } };
        await ledger.CommitAsync(Purse, new LedgerCommit(state, etag, [], []) { Payment = second }, default);
        Assert.Equal(
            [refunded, second], (await ledger.ReadPaymentsAsync(Purse, default).ToListAsync()).OrderBy(row => row.Payment.Id, StringComparer.Ordinal));
        Assert.Empty(await ledger.ReadPaymentsAsync(PurseId.OfAccount("default2"), default).ToListAsync());
    }

    [Fact]
    public async Task ReadPurse_ALeaseOfAUnitAndTheStoresClock_AreThere()
    {
        var ledger = await NewAsync();
        var (inbox, events) = Unit(1, Noon, 1);
        await ledger.InsertUnitAsync(Purse, inbox with { Lease = "lease" }, events, default);
        var view = await ledger.ReadPurseAsync(Purse, 86, default);
        Assert.Equal("lease", view.Inbox[0].Lease);
        Assert.InRange(view.ReadAt, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    /// <summary>As large as one can be: all grants with the longest ids, all leases.</summary>
    private static PurseState FullState()
    {
        Grant[] grants =
        [
            .. Enumerable.Range(0, PurseState.GrantsMax).Select(i => new Grant(
                $"{new string('"', 156)}{i:D2}", long.MaxValue / 1_000 - i, i % 3 == 0 ? null : Noon.AddMilliseconds(i), i - 30, i % 2 == 0)),
        ];
        Lease[] leases =
        [
            .. Enumerable.Range(0, PurseState.LeasesMax).Select(i => new Lease(
                Guid.CreateVersion7().ToString("N"), long.MaxValue / 1_000 - i, i, Noon.AddMilliseconds(i), i % 2 == 1)),
        ];
        var remaining = grants.Sum(grant => grant.Remaining);
        return new PurseState(LedgerUnit.NanoUsd, PurseKind.Hard, Spent: 17, Debt: 0)
        {
            Granted = remaining + 17 + 5 + 4 - 3,
            Reversed = 5,
            Expired = 4,
            WrittenOff = 3,
            Late = 2,
            Unreported = 3,
            MoneySeq = 99,
            Grants = [.. grants],
            Leases = [.. leases],
            RefusedAt = Noon,
            NotifiedPercent = 80,
            LowNotified = true,
            TopUpDue = true,
            Notices = [new PurseNotice(6, null, 5, -7, null, Noon), new PurseNotice(7, 80, 100, 81, Noon.AddDays(7), Noon.AddMilliseconds(1), Refused: true)],
            RefusalNotified = 77,
            NoticeSeq = 7,
            Period = new BudgetPeriod(new Budget(100, PeriodLength.Week, "Europe/Berlin"), Noon, Noon.AddDays(7), 11),
            Alerts = new PurseAlerts([50, 80], LowBalance: 5, TopUpBelow: 6),
        };
    }

    private static (InboxRow Inbox, LedgerEvent[] Events) Unit(int number, DateTimeOffset moment, int count, long? rate = 2_500_000_000)
    {
        var id = UnitId.OfMessage(UsageSamples.IdAt(moment), number);
        var events = Enumerable.Range(0, count).Select(_ => UsageSamples.Event(UsageSamples.IdAt(moment), rate: rate)).ToArray();
        var sums = UsageSums.Of(events);
        return (
            new InboxRow(id, sums.Total().Cost, count, HourSpan.Of(moment), sums),
            [.. events.Select(usage => new LedgerEvent(usage.Id, """{"v":1,"text":"ü\"\\"}""", usage.Cost, "hash", id))]);
    }

    private static LedgerCommit Fold(string? etag, params InboxRow[] inbox) => Fold(etag, inbox, inbox);

    private static LedgerCommit Fold(string? etag, InboxRow[] inbox, params InboxRow[] hours) => new(
        new PurseState(LedgerUnit.NanoUsd, PurseKind.Unlimited, inbox.Sum(row => row.Cost), inbox.Sum(row => row.Cost)), etag,
        [.. inbox.Select(row => row.Unit)],
        [.. hours.GroupBy(row => row.Hour).Select(rows => rows.First()).Select(row => new HourRow(row.Hour, row.Cost, row.Count, row.Sums!))]);
}

[Collection(StorageCollections.Ledger)]
public sealed class TableLedgerStoreTests(AzuriteFixture azurite) : LedgerStoreContract
{
    internal override async Task<ILedgerStore> NewAsync() =>
        (await azurite.NewHubAsync()).GetRequiredService<ILedgerStore>();

    [Fact]
    public async Task ReadPurse_RowsOfTheFirstVersion_AreUnderstood()
    {
        var options = azurite.NewOptions();
        await using var hub = await azurite.NewHubAsync(options);
        var purse = PurseId.OfAccount("default");
        var table = new TableClient(options.ConnectionString, options.TablePrefix + TableKeys.Ledger);
        var partition = TableKeys.OfPurse(purse);
        await table.AddEntityAsync(new TableEntity(partition, "a") { ["Unit"] = "NanoUsd", ["Kind"] = "Unlimited", ["Spent"] = 7L, ["Debt"] = 7L });
        await table.AddEntityAsync(
            new TableEntity(partition, "a|0123456789abcdef0123456789abcdef-00") { ["Cost"] = 5L, ["Count"] = 1, ["Hour"] = "2026112312" });
        var view = await hub.GetRequiredService<ILedgerStore>().ReadPurseAsync(purse, 86, default);
        Assert.Equal(new PurseState(LedgerUnit.NanoUsd, PurseKind.Unlimited, 7, 7), view.State!.Value);
        Assert.Null(view.State.Value.WhatIsWrong());
        Assert.Null(Assert.Single(view.Inbox).Lease);
    }
}

public sealed class MemoryLedgerTests : LedgerStoreContract
{
    internal override Task<ILedgerStore> NewAsync() => Task.FromResult<ILedgerStore>(new MemoryLedger(TimeProvider.System));
}
