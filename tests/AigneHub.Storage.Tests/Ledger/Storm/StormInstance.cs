using System.Collections.Concurrent;
using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>What a process that serves calls has of the ledger, put together as the hub does.</summary>
internal sealed class StormInstance : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly UsageFlusher _flusher;
    private readonly Task _running;
    private int _calls;

    public StormInstance(
        ServiceProvider hub, Random random, TimeProvider clock, LeaseTimes times, IIncidents incidents, ConcurrentQueue<string> taken,
        Action<PurseId, PurseState> committed)
    {
        Faults = new StormFaults(random, 0.02);
        Ids = new HubIds(TimeProvider.System);
        var registrar = new PurseRegistrar(hub.GetRequiredService<IPurseRegistry>(), LedgerUnit.NanoUsd, incidents, clock);
        var ledger = new StormLedger(hub.GetRequiredService<ILedgerStore>(), Faults, committed);
        var sync = new PurseSync(ledger, registrar, times, new NoticeBox(), incidents, Random.Shared, clock);
        _flusher = new UsageFlusher(
            new StormQueue(hub.GetRequiredService<IUsageQueue>(), Faults, taken), Ids, new UsageFlusherOptions(), incidents, clock);
        Keeper = new LeaseKeeper(sync.SyncAsync, _flusher, Ids, times, incidents, Random.Shared, clock);
        _running = Task.WhenAll(_flusher.RunAsync(_stop.Token), Keeper.RunAsync(_stop.Token));
    }

    public StormFaults Faults { get; }

    public HubIds Ids { get; }

    public LeaseKeeper Keeper { get; }

    public IUsageSink Usage => _flusher;

    /// <summary>Nothing of it goes on; what it has not sent is lost.</summary>
    public void Kill()
    {
        Faults.Kill();
        _stop.Cancel();
    }

    public void Begin() => Interlocked.Increment(ref _calls);

    public void End() => Interlocked.Decrement(ref _calls);

    /// <summary>As a hub stops: calls end, leases are given back, usage is sent.</summary>
    public async Task StopAsync()
    {
        while (Volatile.Read(ref _calls) > 0)
        {
            await Task.Delay(10);
        }

        await Keeper.StopAsync(default);
        await _stop.CancelAsync();
        await _running;
        Assert.Equal(0, await _flusher.DrainAsync(TimeSpan.FromSeconds(30)));
        Dispose();
    }

    public void Dispose()
    {
        _flusher.Dispose();
        _stop.Dispose();
    }
}
