using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Ledger;

/// <summary>Hard limits over several instances, on real tables.</summary>
[Collection(StorageCollections.Ledger)]
public sealed class LeaseTests(AzuriteFixture azurite)
{
    private static readonly PurseId Purse = PurseId.OfAccount("default");
    private static readonly TimeProvider Time = TimeProvider.System;

    [Fact]
    public async Task Reserve_TwoInstancesAtOnce_AdmitExactlyWhatTheBalanceCarriesAndGiveTheRestBack()
    {
        const int Calls = 23;
        const int Hold = 1_000;
        await using var hub = await azurite.NewHubAsync();
        using var pipeline = New(hub);
        await pipeline.Sync.SyncAsync(Purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd), default);
        await pipeline.Sync.SyncAsync(
            Purse, new SyncCommand.GrantCredit(new OutsideId("test", "1"), Calls * Hold, "", ""), default);
        using var other = New(hub);
        LeaseKeeper[] instances = [Keeper(pipeline), Keeper(other)];
        var results = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(i => Task.Run(() => instances[i % 2].ReserveAsync([Purse], Hold, default).AsTask())));
        var admitted = results.Where(result => result.Reservation is not null).Select(result => result.Reservation!).ToList();
        Assert.Equal(Calls, admitted.Count);

        // Each costs something: its event names its lease, and what was not spent comes back.
        var ids = new HubIds(Time);
        var cost = 0L;
        foreach (var reservation in admitted)
        {
            var usage = UsageSamples.Event(ids.New(), units: 1, rate: 100_000_000);
            var message = UsageSamples.Messages(ids, [usage], reservation.NameLeases(PurseSet.OfAccount("default"))).Single();
            await pipeline.Processor.SettleAsync(message, default);
            reservation.Settle(usage.Cost!.Value);
            cost += usage.Cost.Value;
        }

        await Task.WhenAll(instances.Select(instance => instance.StopAsync(default)));
        await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        var state = (await hub.GetRequiredService<ILedgerStore>().ReadPurseAsync(Purse, 10, default)).State!.Value;
        Assert.True(cost > 0);
        Assert.Equal((cost, 0, 0, (Int128)(Calls * Hold) - cost), (state.Spent, state.Late, state.Leases.Length, state.Available));
        var audit = await pipeline.Auditor.AuditAsync(Purse, HourSpan.Between(Time.GetUtcNow().AddDays(-1), Time.GetUtcNow().AddDays(1)), default);
        Assert.Empty(audit.Findings);
    }

    private static LeaseKeeper Keeper(Pipeline pipeline) => new(
        pipeline.Sync.SyncAsync, new MemoryBacklog(), new HubIds(Time), LeaseTimes.Default, pipeline.Incidents, new Random(1), Time,
        looksAhead: false);

    private static Pipeline New(ServiceProvider hub) => new(
        hub.GetRequiredService<ILedgerStore>(), hub.GetRequiredService<IPurseRegistry>(), hub.GetRequiredService<IPoisonStore>(), Time);
}
