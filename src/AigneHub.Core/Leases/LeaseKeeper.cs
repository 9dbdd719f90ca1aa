using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Leases;

/// <summary>As <see cref="PurseSync.SyncAsync"/>.</summary>
public delegate Task<SyncResult> SyncPurse(PurseId purse, SyncCommand command, CancellationToken cancellationToken);

/// <summary>
/// This instance's leases: admits calls against what storage has reserved for it, so that hard limits hold over all
/// instances while a call normally costs no storage operation. One lock for all purses: it is held for well under a
/// microsecond, and never while anything is awaited.
/// </summary>
public sealed class LeaseKeeper
{
    /// <summary>The purses of one call.</summary>
    public const int PursesMax = 4;

    /// <summary>The longest a call waits for credit.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<PurseId, HeldLease> _leases = [];
    private readonly SyncPurse _sync;
    private readonly HubIds _ids;
    private readonly LeaseTimes _times;
    private readonly IIncidents _incidents;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly bool _looksAhead;
    private readonly long _origin;
    private TaskCompletionSource? _quiet;
    private int _running;
    private bool _stopping;

    /// <param name="random">Spreads heartbeats.</param>
    /// <param name="looksAhead">Reserves for calls to come. Without it every call that finds nothing free asks storage.</param>
    public LeaseKeeper(
        SyncPurse sync, HubIds ids, LeaseTimes times, IIncidents incidents, Random random, TimeProvider time, bool looksAhead = true)
    {
        (_sync, _ids, _times, _incidents, _random, _time, _looksAhead) = (sync, ids, times, incidents, random, time, looksAhead);
        _origin = time.GetTimestamp();
    }

    /// <summary>
    /// Reserves the same hold in all purses or in none. Completes at once while the leases have enough; otherwise waits for
    /// storage, 2 s at most.
    /// </summary>
    /// <param name="purses">Different ones, at most 4, none of them unlimited.</param>
    /// <param name="hold">Nano that the call costs at most, 0 to <see cref="SyncCommand.AmountMax"/>.</param>
    public ValueTask<ReserveResult> ReserveAsync(IReadOnlyList<PurseId> purses, long hold, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(purses.Count, PursesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(hold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hold, SyncCommand.AmountMax);
        List<HeldLease>? toSync = null;
        Reservation? reservation;
        lock (_lock)
        {
            reservation = _stopping ? null : TryHold(purses, hold, ref toSync);
        }

        Start(toSync);
        return reservation is null
            ? ReserveSlowlyAsync(purses, hold, cancellationToken)
            : ValueTask.FromResult(new ReserveResult(ReserveOutcome.Admitted, reservation));
    }

    /// <summary>Renews leases and closes idle ones until cancelled; returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_times.Idle / 6, _time, cancellationToken);
                Start(Beat());
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>Admits nothing more and closes every lease; calls that still run keep what they hold reserved.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            List<HeldLease> toClose;
            Task quiet;
            lock (_lock)
            {
                _stopping = true;
                toClose = [.. _leases.Values.Where(lease => !lease.Syncing)];
                toClose.ForEach(BeginClose);
                if (_running == 0)
                {
                    return;
                }

                quiet = (_quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            Start(toClose);
            await quiet.WaitAsync(cancellationToken);
        }
    }

    internal void End(Reservation reservation, long cost)
    {
        List<HeldLease>? toSync = null;
        lock (_lock)
        {
            if (!reservation.TryEnd())
            {
                return;
            }

            var now = Now();
            foreach (var lease in reservation.Leases)
            {
                lease.End(reservation.Hold, cost, now);
                if (lease.IsOverrun && IsCurrent(lease))
                {
                    Want(lease, ref toSync);
                }
            }
        }

        Start(toSync);
    }

    private async ValueTask<ReserveResult> ReserveSlowlyAsync(
        IReadOnlyList<PurseId> purses, long hold, CancellationToken cancellationToken)
    {
        var until = Now().Elapsed + WaitMax;
        while (true)
        {
            List<HeldLease>? toSync = null;
            List<LeaseNeed> needs;
            lock (_lock)
            {
                if (_stopping)
                {
                    return new ReserveResult(ReserveOutcome.Unavailable);
                }

                if (TryHold(purses, hold, ref toSync) is { } reservation)
                {
                    return new ReserveResult(ReserveOutcome.Admitted, reservation);
                }

                if (Remembered(purses, hold) is { } refused)
                {
                    return refused;
                }

                needs = Ask(purses, hold, ref toSync);
            }

            Start(toSync);
            await DecidedAsync(needs, until, cancellationToken);
            lock (_lock)
            {
                if (Conclude(purses, hold, needs) is { } result)
                {
                    return result;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for all of them, for the time's end or for the client's.</summary>
    private async Task DecidedAsync(List<LeaseNeed> needs, TimeSpan until, CancellationToken cancellationToken)
    {
        var left = until - Now().Elapsed;
        using var end = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        using var late = end.Token.UnsafeRegister(GiveUp, needs);
        using var gone = cancellationToken.UnsafeRegister(GiveUp, needs);
        foreach (var need in needs)
        {
            await need.Decided;
        }

        static void GiveUp(object? state) => ((List<LeaseNeed>)state!).ForEach(need => need.GiveUp());
    }

    /// <summary>All or none: null when it has to be tried again. What was granted meanwhile is given back then.</summary>
    private ReserveResult? Conclude(IReadOnlyList<PurseId> purses, long hold, List<LeaseNeed> needs)
    {
        var now = Now();
        var granted = needs.TrueForAll(need => need.Outcome == NeedOutcome.Granted);
        if (granted && Current(purses, need => needs.Exists(one => one.Lease == need), hold, now) is { } leases)
        {
            foreach (var lease in leases.Where(lease => !needs.Exists(need => need.Lease == lease)))
            {
                lease.Hold(hold, now);
            }

            return new ReserveResult(ReserveOutcome.Admitted, new Reservation(this, leases, hold));
        }

        foreach (var need in needs)
        {
            need.Abandoned = true;
            if (need.Outcome == NeedOutcome.Granted)
            {
                need.Lease.End(need.Hold, 0, now);
            }
        }

        if (needs.Find(need => need.Outcome == NeedOutcome.Refused) is { } refused)
        {
            return new ReserveResult(ReserveOutcome.Insufficient, null, refused.Lease.Purse, refused.Lease.Affordable);
        }

        return needs.Exists(need => need.Outcome == NeedOutcome.Busy) ? new ReserveResult(ReserveOutcome.Busy)
            : needs.Exists(need => need.Outcome is NeedOutcome.Unavailable or NeedOutcome.Undecided)
                ? new ReserveResult(ReserveOutcome.Unavailable)
                : null;
    }

    private Reservation? TryHold(IReadOnlyList<PurseId> purses, long hold, ref List<HeldLease>? toSync)
    {
        var now = Now();
        if (Current(purses, _ => false, hold, now) is not { } leases)
        {
            return null;
        }

        foreach (var lease in leases)
        {
            lease.Hold(hold, now);
            if (lease.WantsMore(now.Elapsed))
            {
                Want(lease, ref toSync);
            }
        }

        return new Reservation(this, leases, hold);
    }

    /// <summary>The usable leases of the purses, or null when one is missing or has not enough free.</summary>
    private HeldLease[]? Current(IReadOnlyList<PurseId> purses, Func<HeldLease, bool> holdsAlready, long hold, Moment now)
    {
        var leases = new HeldLease[purses.Count];
        for (var i = 0; i < leases.Length; i++)
        {
            if (!_leases.TryGetValue(purses[i], out var lease)
                || !(holdsAlready(lease) ? lease.IsUsable(now) : lease.Fits(hold, now)))
            {
                return null;
            }

            leases[i] = lease;
        }

        return leases;
    }

    private ReserveResult? Remembered(IReadOnlyList<PurseId> purses, long hold)
    {
        var now = Now();
        for (var i = 0; i < purses.Count; i++)
        {
            if (_leases.TryGetValue(purses[i], out var lease) && !lease.Fits(hold, now) && lease.IsRefused(hold, now))
            {
                return new ReserveResult(ReserveOutcome.Insufficient, null, lease.Purse, lease.Affordable);
            }
        }

        return null;
    }

    private List<LeaseNeed> Ask(IReadOnlyList<PurseId> purses, long hold, ref List<HeldLease>? toSync)
    {
        var now = Now();
        var needs = new List<LeaseNeed>(purses.Count);
        for (var i = 0; i < purses.Count; i++)
        {
            if (!_leases.TryGetValue(purses[i], out var lease))
            {
                _leases[purses[i]] = lease = new HeldLease(purses[i], _ids.New().ToString("N"), _looksAhead, now);
            }

            if (!lease.Fits(hold, now))
            {
                needs.Add(lease.Ask(hold));
                Want(lease, ref toSync);
            }
        }

        return needs;
    }

    private List<HeldLease> Beat()
    {
        List<HeldLease>? due = null;
        lock (_lock)
        {
            var now = Now();
            foreach (var lease in _leases.Values.Where(lease => !lease.Syncing && !_stopping).ToList())
            {
                if (lease.IsIdle(now.Elapsed, _times.Idle))
                {
                    BeginClose(lease);
                    (due ??= []).Add(lease);
                }
                else if (lease.State == LeaseState.Active && lease.IsBeatDue(now.Elapsed))
                {
                    lease.Beat(now.Elapsed + NextBeat());
                    Want(lease, ref due);
                }
            }
        }

        return due ?? [];
    }

    private void BeginClose(HeldLease lease)
    {
        _leases.Remove(lease.Purse);
        lease.State = LeaseState.Closing;
        lease.Syncing = true;
        _running++;
    }

    private void Want(HeldLease lease, ref List<HeldLease>? toSync)
    {
        if (!lease.Syncing)
        {
            lease.Syncing = true;
            _running++;
            (toSync ??= []).Add(lease);
        }
    }

    private void Start(List<HeldLease>? leases)
    {
        // Not forgotten: StopAsync waits for all that run.
        leases?.ForEach(lease => _ = lease.State == LeaseState.Closing ? CloseAsync(lease) : SyncAsync(lease));
    }

    private async Task SyncAsync(HeldLease lease)
    {
        for (var more = true; more;)
        {
            SyncCommand.UseLease command;
            List<LeaseNeed> asked, served;
            Moment before;
            lock (_lock)
            {
                before = Now();
                command = lease.Ask(before.Elapsed, out asked, out served);
            }

            var result = await AskStorageAsync(lease, command, default);
            lock (_lock)
            {
                Conclude(lease, command, result, asked, served, before);
                more = lease.HasWaiting;
                if (!more)
                {
                    lease.Syncing = false;
                    Finished();
                }
            }
        }
    }

    private void Conclude(
        HeldLease lease, SyncCommand.UseLease command, SyncResult? result, List<LeaseNeed> asked, List<LeaseNeed> served, Moment before)
    {
        if (result?.Lease is { Lost: false } answer)
        {
            if (lease.State == LeaseState.Opening)
            {
                lease.Beat(before.Elapsed + NextBeat());
            }

            lease.Confirm(command, answer, asked, served, before, Now(), _times.Term / 3);
            return;
        }

        var outcome = result is null ? NeedOutcome.Unavailable : result.Lease is { Lost: true } ? NeedOutcome.Again : NeedOutcome.Busy;
        lease.Dismiss(outcome, asked.Concat(served));
        if (outcome == NeedOutcome.Again)
        {
            lease.State = LeaseState.Lost;
            lease.DismissWaiting(outcome);
            if (IsCurrent(lease))
            {
                _leases.Remove(lease.Purse);
            }
        }
    }

    private async Task CloseAsync(HeldLease lease)
    {
        SyncCommand.UseLease command;
        lock (_lock)
        {
            command = lease.Close();
        }

        // Not confirmed: the next Sync after its time reclaims it.
        await AskStorageAsync(lease, command, default);
        lock (_lock)
        {
            Finished();
        }
    }

    /// <summary>Null: not confirmed.</summary>
    private async Task<SyncResult?> AskStorageAsync(HeldLease lease, SyncCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await _sync(lease.Purse, command, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever is wrong with one purse: its calls get 503, the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _incidents.Report(new Incident(IncidentKind.LeaseFailed, lease.Purse, lease.Id, exception.Message));
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

    private bool IsCurrent(HeldLease lease) => _leases.TryGetValue(lease.Purse, out var current) && current == lease;

    private TimeSpan NextBeat() => _times.Term / 3 * (0.8 + (0.4 * _random.NextDouble()));

    private Moment Now() => new(_time.GetElapsedTime(_origin), _time.GetUtcNow());
}
