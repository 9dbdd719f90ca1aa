using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Leases;

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
    private readonly LeaseSyncs _syncs;
    private readonly LeaseClock _clock;
    private readonly HubIds _ids;
    private readonly LeaseTimes _times;
    private readonly IUsageBacklog _usage;
    private readonly TimeProvider _time;
    private readonly bool _looksAhead;
    private bool _stopping;

    /// <param name="usage">Where the events of its calls are recorded.</param>
    /// <param name="random">Spreads heartbeats.</param>
    /// <param name="looksAhead">Reserves for calls to come. Without it every call that finds nothing free asks storage.</param>
    public LeaseKeeper(
        SyncPurse sync, IUsageBacklog usage, HubIds ids, LeaseTimes times, IIncidents incidents, Random random, TimeProvider time,
        bool looksAhead = true)
    {
        (_usage, _ids, _times, _time, _looksAhead) = (usage, ids, times, time, looksAhead);
        _clock = new LeaseClock(time);
        _syncs = new LeaseSyncs(_lock, sync, Forget, times, incidents, random, _clock);
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

        _syncs.Start(toSync);
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
                _syncs.Start(Beat());
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>
    /// Admits nothing more, sends the usage of ended calls and closes every lease; calls that still run keep what they hold
    /// reserved.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _stopping = true;
        }

        await _usage.FlushAsync(cancellationToken);
        while (true)
        {
            List<HeldLease> toClose;
            Task quiet;
            lock (_lock)
            {
                toClose = [.. _leases.Values.Where(lease => !lease.Syncing)];
                toClose.ForEach(BeginClose);
                quiet = _syncs.WhenQuiet();
                if (toClose.Count == 0 && quiet.IsCompleted)
                {
                    return;
                }
            }

            _syncs.Start(toClose);
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

            var now = _clock.Now();
            foreach (var lease in reservation.Leases)
            {
                lease.End(reservation.Hold, cost, now);
                lease.RecordedUntil = _usage.Recorded;
                if (lease.IsOverrun && IsCurrent(lease))
                {
                    _syncs.Want(lease, ref toSync);
                }
            }
        }

        _syncs.Start(toSync);
    }

    private async ValueTask<ReserveResult> ReserveSlowlyAsync(
        IReadOnlyList<PurseId> purses, long hold, CancellationToken cancellationToken)
    {
        var until = _clock.Now().Elapsed + WaitMax;
        while (true)
        {
            List<HeldLease>? toSync = null;
            List<LeaseNeed> needs = [];
            Reservation? reservation;
            lock (_lock)
            {
                if (_stopping)
                {
                    return new ReserveResult(ReserveOutcome.Unavailable);
                }

                reservation = TryHold(purses, hold, ref toSync);
                if (reservation is null)
                {
                    if (Remembered(purses, hold) is { } refused)
                    {
                        return refused;
                    }

                    if (_clock.Now().Elapsed >= until)
                    {
                        return new ReserveResult(ReserveOutcome.Unavailable);
                    }

                    needs = Ask(purses, hold, ref toSync);
                }
            }

            // Admitted or not: a Sync that is wanted must be started.
            _syncs.Start(toSync);
            if (reservation is not null)
            {
                return new ReserveResult(ReserveOutcome.Admitted, reservation);
            }

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
        var left = until - _clock.Now().Elapsed;
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
        var now = _clock.Now();
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
        var now = _clock.Now();
        if (Current(purses, _ => false, hold, now) is not { } leases)
        {
            return null;
        }

        foreach (var lease in leases)
        {
            lease.Hold(hold, now);
            if (lease.WantsMore(now.Elapsed))
            {
                _syncs.Want(lease, ref toSync);
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
        var now = _clock.Now();
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
        var now = _clock.Now();
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
                _syncs.Want(lease, ref toSync);
            }
        }

        return needs;
    }

    private List<HeldLease> Beat()
    {
        List<HeldLease>? due = null;
        lock (_lock)
        {
            var now = _clock.Now();
            foreach (var lease in _leases.Values.Where(lease => !lease.Syncing && !_stopping).ToList())
            {
                // Its time to be reclaimed counts from the close: what waits here must have left before.
                if (lease.IsIdle(now.Elapsed, _times.Idle) && lease.RecordedUntil <= _usage.Left)
                {
                    BeginClose(lease);
                    (due ??= []).Add(lease);
                }
                else if (lease.State == LeaseState.Active && lease.IsBeatDue(now.Elapsed))
                {
                    lease.Beat(now.Elapsed + _syncs.NextBeat(lease.Term));
                    _syncs.Want(lease, ref due);
                }
            }
        }

        return due ?? [];
    }

    private void BeginClose(HeldLease lease)
    {
        Forget(lease);
        _syncs.BeginClose(lease);
    }

    private void Forget(HeldLease lease)
    {
        if (IsCurrent(lease))
        {
            _leases.Remove(lease.Purse);
        }
    }

    private bool IsCurrent(HeldLease lease) => _leases.TryGetValue(lease.Purse, out var current) && current == lease;
}
