using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Leases;

/// <summary>As <see cref="PurseSync.SyncAsync"/>.</summary>
public delegate Task<SyncResult> SyncPurse(PurseId purse, SyncCommand command, CancellationToken cancellationToken);

/// <summary>What is between an instance's leases and storage: one Sync of a lease at a time, in the background.</summary>
/// <param name="keeperLock">Guards every lease.</param>
/// <param name="forget">Told of a lost lease, under the lock.</param>
internal sealed class LeaseSyncs(
    Lock keeperLock, SyncPurse sync, Action<HeldLease> forget, LeaseTimes times, IIncidents incidents, Random random, LeaseClock clock)
{
    private TaskCompletionSource? _quiet;
    private int _running;

    /// <summary>Under the lock: a Sync is to be started, unless one runs, which will see what is waiting.</summary>
    public void Want(HeldLease lease, ref List<HeldLease>? toStart)
    {
        if (!lease.Syncing)
        {
            lease.Syncing = true;
            _running++;
            (toStart ??= []).Add(lease);
        }
    }

    /// <summary>Under the lock, when no Sync of it runs: the next one to be started closes it.</summary>
    public void BeginClose(HeldLease lease)
    {
        lease.State = LeaseState.Closing;
        lease.Syncing = true;
        _running++;
    }

    /// <summary>Not under the lock. Nothing is forgotten: <see cref="WhenQuiet"/> tells when all has ended.</summary>
    public void Start(List<HeldLease>? leases) =>
        leases?.ForEach(lease => _ = lease.State == LeaseState.Closing ? CloseAsync(lease) : SyncAsync(lease));

    /// <summary>Under the lock: when no Sync runs any more.</summary>
    public Task WhenQuiet() => _running == 0
        ? Task.CompletedTask
        : (_quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Under the lock: a third of the term, spread by a fifth.</summary>
    public TimeSpan NextBeat(TimeSpan term) => term / 3 * (0.8 + (0.4 * random.NextDouble()));

    private async Task SyncAsync(HeldLease lease)
    {
        for (var more = true; more;)
        {
            SyncCommand.UseLease command;
            List<LeaseNeed> asked, served;
            Moment sent;
            lock (keeperLock)
            {
                sent = clock.Now();
                command = lease.Ask(sent.Elapsed, out asked, out served);
            }

            var result = await AskStorageAsync(lease, command);
            lock (keeperLock)
            {
                Conclude(lease, command, result, asked, served, sent);
                more = lease.HasWaiting || (lease.IsOverrun && result?.Lease is { Lost: false });
                if (!more)
                {
                    lease.Syncing = false;
                    Finished();
                }
            }
        }
    }

    private void Conclude(
        HeldLease lease, SyncCommand.UseLease command, SyncResult? result, List<LeaseNeed> asked, List<LeaseNeed> served, Moment sent)
    {
        if (result?.Lease is { Lost: false } answer)
        {
            if (lease.State == LeaseState.Opening)
            {
                lease.Beat(sent.Elapsed + NextBeat(answer.Term));
            }

            lease.Confirm(command, answer, asked, served, sent, clock.Now(), times.Term / 3);
            return;
        }

        var outcome = result is null ? NeedOutcome.Unavailable : result.Lease is { Lost: true } ? NeedOutcome.Again : NeedOutcome.Busy;
        foreach (var need in asked.Concat(served))
        {
            need.Decide(outcome);
        }

        if (outcome == NeedOutcome.Again)
        {
            lease.Lose();
            forget(lease);
        }
    }

    private async Task CloseAsync(HeldLease lease)
    {
        SyncCommand.UseLease command;
        lock (keeperLock)
        {
            command = lease.Close();
        }

        // Not confirmed: the next Sync after its time reclaims it.
        await AskStorageAsync(lease, command);
        lock (keeperLock)
        {
            Finished();
        }
    }

    /// <summary>Null: not confirmed. Nobody's leaving ends it: others may wait for the same answer.</summary>
    private async Task<SyncResult?> AskStorageAsync(HeldLease lease, SyncCommand command)
    {
        try
        {
            return await sync(lease.Purse, command, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever is wrong with one purse: its calls get 503, the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            incidents.Report(new Incident(IncidentKind.LeaseFailed, lease.Purse, lease.Id, exception.Message));
            return null;
        }
    }

    private void Finished()
    {
        if (--_running == 0)
        {
            _quiet?.TrySetResult();
            _quiet = null;
        }
    }
}
