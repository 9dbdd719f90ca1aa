using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
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
        Assert.Equal(events.Select(e => e.Id).Order(), (await ledger.ReadEventsAsync(Purse, null, 10, default)).Select(e => e.Id).Order());
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
            var page = await ledger.ReadEventsAsync(Purse, before, 3, default);
            read.AddRange(page.Select(row => row.Id));
            if (page.Count < 3)
            {
                break;
            }
        }

        Assert.Equal(all.OrderDescending(), read);
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

[Collection(AzuriteCollection.Name)]
public sealed class TableLedgerStoreTests(AzuriteFixture azurite) : LedgerStoreContract
{
    internal override async Task<ILedgerStore> NewAsync() =>
        (await azurite.NewHubAsync()).GetRequiredService<ILedgerStore>();
}

public sealed class MemoryLedgerTests : LedgerStoreContract
{
    internal override Task<ILedgerStore> NewAsync() => Task.FromResult<ILedgerStore>(new MemoryLedger(TimeProvider.System));
}
