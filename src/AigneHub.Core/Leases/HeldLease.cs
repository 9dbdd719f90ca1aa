using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Leases;

/// <summary>Where an instance's lease is; before it there is none.</summary>
internal enum LeaseState
{
    /// <summary>Asked for, not confirmed: nothing may be used.</summary>
    Opening,
    Active,

    /// <summary>Given up: new calls open another one.</summary>
    Closing,

    /// <summary>Reclaimed meanwhile: new calls open another one; the cost of running ones comes late.</summary>
    Lost,
}

/// <summary>
/// What this instance may spend of one purse. Amounts are nano over the lease's life. Not thread-safe: everything is under
/// the keeper's lock.
/// </summary>
/// <param name="looksAhead">Reserves for calls to come, too.</param>
internal sealed class HeldLease(PurseId purse, string id, bool looksAhead, Moment now)
{
    /// <summary>So long a refusal is answered from memory.</summary>
    private static readonly TimeSpan RefusalKept = TimeSpan.FromSeconds(1);

    private readonly List<LeaseNeed> _waiting = [];
    private long _limit;
    private long _emitted;
    private long _held;
    private Moment _usableUntil;
    private TimeSpan _lastUse = now.Elapsed;
    private TimeSpan _nextBeat;
    private TimeSpan _noWishBefore;
    private TimeSpan _refusedUntil;
    private long _refusedHold;
    private Int128 _available;

    // For the look-ahead: what was spent and the most that was held, in this heartbeat and the one before.
    private long _emittedAtBeat;
    private long _spentLast;
    private long _peak;
    private long _peakLast;

    public PurseId Purse { get; } = purse;

    public string Id { get; } = id;

    public LeaseState State { get; set; } = LeaseState.Opening;

    /// <summary>A Sync of it runs; there is never a second one.</summary>
    public bool Syncing { get; set; }

    /// <summary>The place in the backlog behind its calls' last event.</summary>
    public long RecordedUntil { get; set; }

    /// <summary>As storage has confirmed it last.</summary>
    public TimeSpan Term { get; private set; }

    public bool HasWaiting => _waiting.Count > 0;

    private long Free => _limit - _emitted - _held;

    public bool Fits(long hold, Moment now) => IsUsable(now) && Free >= hold;

    public bool IsUsable(Moment now) => State == LeaseState.Active && now.IsBefore(_usableUntil);

    public bool IsIdle(TimeSpan now, TimeSpan idle) => _held == 0 && _waiting.Count == 0 && now - _lastUse >= idle;

    public bool IsBeatDue(TimeSpan now) => now >= _nextBeat;

    /// <summary>The cost of its calls was more than they had held: what is reserved has to be raised at once.</summary>
    public bool IsOverrun => Free < 0;

    /// <summary>Fewer than half of what it looks ahead for is left.</summary>
    public bool WantsMore(TimeSpan now) => State == LeaseState.Active && now >= _noWishBefore && Free < Wish(0) / 2;

    /// <summary>Whether the same or less was refused just now, so that storage need not be asked.</summary>
    public bool IsRefused(long hold, Moment now) => IsUsable(now) && now.Elapsed < _refusedUntil && hold >= _refusedHold;

    /// <summary>The most that a call could have held when storage was asked last.</summary>
    public long Affordable => (long)Int128.Clamp(Free + _available, 0, long.MaxValue);

    public void Hold(long hold, Moment now)
    {
        _held = checked(_held + hold);
        _peak = Math.Max(_peak, _held);
        _lastUse = now.Elapsed;
    }

    public void End(long hold, long cost, Moment now)
    {
        (_held, _emitted) = checked((_held - hold, _emitted + cost));
        _lastUse = now.Elapsed;
    }

    public LeaseNeed Ask(long hold)
    {
        var need = new LeaseNeed(this, hold);
        _waiting.Add(need);
        return need;
    }

    /// <summary>What to ask storage for. What is free serves waiting calls first; storage is asked for what is missing.</summary>
    /// <param name="asked">Those for whom it asks, in the order of the command's needs.</param>
    /// <param name="served">Those for whom what is free is enough, once the lease is confirmed.</param>
    public SyncCommand.UseLease Ask(TimeSpan now, out List<LeaseNeed> asked, out List<LeaseNeed> served)
    {
        (asked, served) = ([], []);
        // Above the limit only after an overrun.
        var floor = Math.Max(_limit, _emitted + _held);
        var free = floor - _emitted - _held;
        var missing = new List<long>();
        foreach (var need in _waiting.Where(need => !need.Abandoned))
        {
            if (need.Hold <= free)
            {
                served.Add(need);
            }
            else
            {
                asked.Add(need);
                missing.Add(need.Hold - free);
            }

            free = Math.Max(0, free - need.Hold);
        }

        _waiting.Clear();
        var wish = now >= _noWishBefore ? Math.Max(0, Wish(missing.Sum()) - free) : 0;
        return new SyncCommand.UseLease(Id, State == LeaseState.Opening, floor, missing, wish);
    }

    /// <summary>A write that is confirmed: only now the limit rises.</summary>
    /// <param name="sent">Before storage was asked: the term counts from then.</param>
    /// <param name="patience">How long nothing is asked for calls to come after there was no plenty.</param>
    public void Confirm(
        SyncCommand.UseLease command, LeaseAnswer answer, List<LeaseNeed> asked, List<LeaseNeed> served, Moment sent, Moment now,
        TimeSpan patience)
    {
        State = LeaseState.Active;
        _limit = answer.Amount;
        (_usableUntil, Term) = (sent + answer.Term, answer.Term);
        _available = answer.Available;
        var admitted = command.Needs.Where((_, i) => answer.Admitted[i]).Sum();
        if (command.Wish > 0 && answer.Amount < checked(command.Floor + admitted + command.Wish))
        {
            _noWishBefore = now.Elapsed + patience;
        }

        // Others may have taken what was free meanwhile, or left more: what counts is what is free now.
        foreach (var need in served.Concat(asked.Where((_, i) => answer.Admitted[i])))
        {
            GrantIfFree(need, NeedOutcome.Again, now);
        }

        foreach (var need in asked.Where((_, i) => !answer.Admitted[i]))
        {
            GrantIfFree(need, NeedOutcome.Refused, now);
        }
    }

    /// <summary>It was reclaimed: whoever waits has to ask another one.</summary>
    public void Lose()
    {
        State = LeaseState.Lost;
        _waiting.ForEach(need => need.Decide(NeedOutcome.Again));
        _waiting.Clear();
    }

    /// <summary>A heartbeat: counts anew, and lowers the limit before the lower one is told to storage.</summary>
    public void Beat(TimeSpan next)
    {
        (_spentLast, _emittedAtBeat) = (_emitted - _emittedAtBeat, _emitted);
        (_peakLast, _peak) = (_peak, _held);
        var wish = Wish(0);
        if (Free > 2 * wish)
        {
            _limit = _emitted + _held + wish;
        }

        _nextBeat = next;
    }

    /// <summary>Gives up all that is neither spent nor held. What is spent stays reserved until it is folded.</summary>
    public SyncCommand.UseLease Close()
    {
        State = LeaseState.Closing;
        _limit = _emitted + _held;
        return new SyncCommand.UseLease(Id, IsNew: false, _limit, [], Close: true);
    }

    /// <summary>Two heartbeats' spending and as much as calls held at once.</summary>
    private long Wish(long needed) => looksAhead
        ? (2 * Math.Max(_spentLast, _emitted - _emittedAtBeat)) + Math.Max(needed, Math.Max(_peak, _peakLast))
        : 0;

    private void GrantIfFree(LeaseNeed need, NeedOutcome otherwise, Moment now)
    {
        if (need.Abandoned)
        {
            return;
        }

        if (Free >= need.Hold)
        {
            Hold(need.Hold, now);
            need.Decide(NeedOutcome.Granted);
            return;
        }

        if (otherwise == NeedOutcome.Refused)
        {
            _refusedHold = now.Elapsed < _refusedUntil ? Math.Min(_refusedHold, need.Hold) : need.Hold;
            _refusedUntil = now.Elapsed + RefusalKept;
        }

        need.Decide(otherwise);
    }
}
