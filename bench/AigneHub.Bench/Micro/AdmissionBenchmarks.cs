using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using BenchmarkDotNet.Attributes;

namespace AigneHub.Bench.Micro;

/// <summary>Admitting a call and ending it while the leases have enough: what every call of a limited purse pays.</summary>
[MemoryDiagnoser]
public class AdmissionBenchmarks
{
    private readonly PurseSet _charged = new(PurseId.OfAccount("bench"), [new PurseId("team:t"), new PurseId("project:p"), new PurseId("key:k")]);
    private LeaseKeeper _keeper = null!;
    private PurseId[] _bound = [];

    [Params(1, 4)]
    public int Purses { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _bound = [.. Enumerable.Range(0, Purses).Select(i => _charged[i])];
        _keeper = new LeaseKeeper(
            Plenty, new NoBacklog(), new HubIds(TimeProvider.System), LeaseTimes.Default, new Silent(), new Random(1), TimeProvider.System);
        await _keeper.ReserveAsync(_bound, 1_000, default);
    }

    [Benchmark]
    public PurseSet AdmitAndSettle()
    {
        var admitted = _keeper.ReserveAsync(_bound, 1_000, default);
        var reservation = admitted.IsCompletedSuccessfully ? admitted.Result.Reservation! : throw new InvalidOperationException("It asked storage.");
        var charged = reservation.NameLeases(_charged);
        reservation.Settle(10);
        return charged;
    }

    private static Task<SyncResult> Plenty(PurseId purse, SyncCommand command, CancellationToken cancellationToken)
    {
        var lease = (SyncCommand.UseLease)command;
        return Task.FromResult(new SyncResult(SyncOutcome.Done, null, 0, true)
        {
            Lease = new LeaseAnswer(
                false, lease.Floor + (long.MaxValue / 1_000), [.. lease.Needs.Select(_ => true)], 0, TimeSpan.FromHours(1)),
        });
    }

    private sealed class NoBacklog : IUsageBacklog
    {
        public long Recorded => 0;

        public long Left => 0;

        public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Silent : IIncidents
    {
        public void Report(Incident incident)
        {
        }
    }
}
