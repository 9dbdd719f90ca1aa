using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Azure.Storage.Queues;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Ledger;

/// <summary>From a message in the queue to exact sums, on real tables: whatever is repeated, reordered or killed.</summary>
[Collection(StorageCollections.Ledger)]
public sealed class SettlementTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly PurseSet TeamToo = new(PurseId.OfAccount("default"), [new PurseId("team:a")]);

    [Fact]
    public async Task Settle_AnyOrderRepeatsAndParallelSettlers_SumsAreExactAndEachEventIsOneLine()
    {
        var plans =
            from count in Gen.Int[1, 260]
            from chunk in Gen.Int[1, 98]
            from seed in Gen.Int
            select (count, chunk, seed);
        // Real tables: few, large samples; the in-memory model runs the many.
        await plans.SampleAsync(plan => SettleInParallelAsync(plan.count, plan.chunk, plan.seed), iter: 6, threads: 1);
    }

    [Fact]
    public async Task Settle_KilledBetweenInsertAndDelete_RedeliveryChangesNothing()
    {
        var options = azurite.NewOptions();
        await using var hub = await azurite.NewHubAsync(options);
        var queue = new QueueClient(
            options.ConnectionString, options.UsageQueueName, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var events = Events(150, seed: 3);
        foreach (var message in UsageSamples.Messages(new HubIds(TimeProvider.System), events))
        {
            await hub.GetRequiredService<IUsageQueue>().SendAsync(System.Text.Encoding.UTF8.GetBytes(message), "id", default);
        }

        using (var killed = New(hub))
        {
            foreach (var message in (await queue.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(1))).Value)
            {
                await killed.Processor.SettleAsync(message.MessageText, default);
                // Killed here: the message is not deleted.
            }
        }

        using var pipeline = New(hub);
        var redelivered = 0;
        while ((await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount > 0)
        {
            foreach (var message in (await queue.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(30))).Value)
            {
                redelivered++;
                await pipeline.Processor.SettleAsync(message.MessageText, default);
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            }
        }

        Assert.True(redelivered >= 2);
        await AssertExactAsync(hub, events, UsageSamples.Home);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Settle_KilledAfterSomeInserts_TheRestIsSettledOnce(int insertsBeforeTheKill)
    {
        await using var hub = await azurite.NewHubAsync();
        var events = Events(90, seed: 5, hours: 2);
        var message = Assert.Single(UsageSamples.Messages(new HubIds(TimeProvider.System), events, TeamToo));
        using (var dying = New(hub, new DyingLedger(hub.GetRequiredService<ILedgerStore>(), insertsBeforeTheKill)))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => dying.Processor.SettleAsync(message, default));
        }

        using var pipeline = New(hub);
        await pipeline.Processor.SettleAsync(message, default);
        await pipeline.Processor.SettleAsync(message, default);
        await AssertExactAsync(hub, events, TeamToo);
    }

    [Fact]
    public async Task Settle_AnEventAlreadyThere_IsDroppedEverywhereEvenAfterAKill()
    {
        await using var hub = await azurite.NewHubAsync();
        var events = Events(10, seed: 7, hours: 1);
        var ids = new HubIds(TimeProvider.System);
        var first = UsageSamples.Messages(ids, events[..6], TeamToo).Single();
        var overlapping = UsageSamples.Messages(ids, events[3..], TeamToo).Single();
        using (var pipeline = New(hub))
        {
            await pipeline.Processor.SettleAsync(first, default);
        }

        // Dies after the account's purse and before the team's: what was dropped must be dropped there, too.
        using (var dying = New(hub, new DyingLedger(hub.GetRequiredService<ILedgerStore>(), 2)))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => dying.Processor.SettleAsync(overlapping, default));
        }

        using var again = New(hub);
        await again.Processor.SettleAsync(overlapping, default);
        await AssertExactAsync(hub, events, TeamToo);
    }

    [Fact]
    public async Task Settle_AnotherEventUnderTheSameId_IsAnIncidentAndNotCharged()
    {
        await using var hub = await azurite.NewHubAsync();
        using var pipeline = New(hub);
        var ids = new HubIds(TimeProvider.System);
        var events = Events(3, seed: 9, hours: 1);
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(ids, events).Single(), default);
        var forged = UsageSamples.Event(events[1].Id, units: 999_999);
        var fresh = UsageSamples.Event(ids.New());
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(ids, [forged]).Single(), default);
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(ids, [forged, fresh]).Single(), default);

        await AssertExactAsync(hub, [.. events, fresh], UsageSamples.Home);
        Assert.Single(pipeline.Incidents.All, incident => incident.Kind == IncidentKind.EventConflict);
        var page = await hub.GetRequiredService<IPoisonStore>().ListAsync(PoisonStatus.Open, 10, null, default);
        Assert.Equal("conflict", Assert.Single(page.Items).Reason);
    }

    [Fact]
    public async Task UsageReport_WhileFoldsRun_NeverLosesOrDoublesACall()
    {
        await using var hub = await azurite.NewHubAsync();
        using var pipeline = New(hub);
        var ids = new HubIds(TimeProvider.System);
        var query = new UsageQuery(Now.AddDays(-1), Now.AddDays(1), UsagePeriod.Day);
        var settled = 0;
        for (var i = 0; i < 12; i++)
        {
            var events = Events(8, seed: 100 + i);
            foreach (var message in UsageSamples.Messages(ids, events))
            {
                await pipeline.Processor.SettleAsync(message, default);
            }

            settled += events.Count;
            var fold = pipeline.Folder.FoldTouchedAsync(default);
            Assert.Equal(settled, (await pipeline.Usage.ReadAsync("default", query, default)).Total.Calls);
            await fold;
        }
    }

    private async Task SettleInParallelAsync(int count, int chunk, int seed)
    {
        await using var hub = await azurite.NewHubAsync();
        var random = new Random(seed);
        var events = Events(count, seed);
        var ids = new HubIds(TimeProvider.System);
        var messages = events.Chunk(chunk).SelectMany(some => UsageSamples.Messages(ids, some, TeamToo)).ToList();
        var deliveries = messages.Concat(messages.Where(_ => random.Next(2) == 0)).ToArray();
        random.Shuffle(deliveries);

        // Two settler processes at once, each folding what it has touched.
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async worker =>
        {
            using var pipeline = New(hub);
            foreach (var message in deliveries.Where((_, index) => index % 2 == worker))
            {
                await pipeline.Processor.SettleAsync(message, default);
                await pipeline.Folder.FoldTouchedAsync(default);
            }
        }));
        await AssertExactAsync(hub, events, TeamToo);
    }

    private static async Task AssertExactAsync(ServiceProvider hub, IReadOnlyList<UsageEvent> events, PurseSet purses)
    {
        using var pipeline = New(hub);
        var query = new UsageQuery(Now.AddDays(-2), Now.AddDays(1), UsagePeriod.Hour, ByModel: true);
        var expected = UsageSums.Of(events).Total();
        Assert.True(expected.SameAs((await pipeline.Usage.ReadAsync("default", query, default)).Total), "before folding");

        var summary = await pipeline.Walker.FoldAndAuditAllAsync(default);
        Assert.Equal((0, 0), (summary.Differing, summary.Failed));
        Assert.True(expected.SameAs((await pipeline.Usage.ReadAsync("default", query, default)).Total), "after folding");
        foreach (var purse in purses.Others.Prepend(purses.Home))
        {
            var view = await hub.GetRequiredService<ILedgerStore>().ReadPurseAsync(purse, 10, default);
            Assert.Empty(view.Inbox);
            Assert.Equal((expected.Cost, expected.Cost), (view.State!.Value.Spent, view.State.Value.Debt));
            Assert.Empty((await pipeline.Auditor.AuditAsync(purse, HourSpan.Between(Now.AddDays(-2), Now.AddDays(1)), default)).Findings);
        }

        var lines = await pipeline.AllLinesAsync(limit: 100);
        Assert.Equal(events.Select(usage => usage.Id).OrderDescending(), lines.Select(line => line.Event.Id));
    }

    private static List<UsageEvent> Events(int count, int seed, int hours = 4)
    {
        var random = new Random(seed);
        var top = HourSpan.StartOf(HourSpan.Of(Now));
        return
        [
            .. Enumerable.Range(0, count).Select(_ => UsageSamples.Event(
                UsageSamples.IdAt(top.AddSeconds(-random.Next(hours * 3600))), random.Next(10_000),
                random.Next(9) == 0 ? null : random.NextInt64(30_000_000_000), "sim/" + random.Next(5))),
        ];
    }

    private static Pipeline New(ServiceProvider hub, ILedgerStore? ledger = null) => new(
        ledger ?? hub.GetRequiredService<ILedgerStore>(), hub.GetRequiredService<IPurseRegistry>(),
        hub.GetRequiredService<IPoisonStore>(), TimeProvider.System);

    /// <summary>Inserts so often, then the process is gone.</summary>
    private sealed class DyingLedger(ILedgerStore inner, int inserts) : WrappedLedger(inner)
    {
        private int _left = inserts;

        public override Task<InsertResult> InsertUnitAsync(
            PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken) =>
            _left-- > 0
                ? base.InsertUnitAsync(purse, inbox, events, cancellationToken)
                : throw new StorageUnavailableException("killed");
    }
}
