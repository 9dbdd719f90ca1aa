using System.Diagnostics.CodeAnalysis;

namespace AigneHub.Core.Ledger;

/// <summary>
/// A purse's state in the middle of one decision. Credit moves only by these methods, each of which keeps every sum. All
/// arithmetic is checked: what overflows writes nothing.
/// </summary>
internal sealed class PurseBook(PurseState state, DateTimeOffset now)
{
    private const int ExpiriesMax = 8;

    private readonly List<Grant> _grants = [.. state.Grants];
    private readonly List<Lease> _leases = [.. state.Leases];
    private readonly List<Movement> _movements = [];
    private bool _grantsChanged;
    private bool _leasesChanged;

    public PurseState State { get; private set; } = state;

    public DateTimeOffset Now { get; } = now;

    public IReadOnlyList<Movement> Movements => _movements;

    public int LeaseCount => _leases.Count;

    /// <summary>As <see cref="PurseState.Available"/>, without grants that are over and not ended yet.</summary>
    public Int128 Available =>
        _grants.Aggregate((Int128)0, (sum, grant) => sum + (grant.Dead || grant.Expires <= Now ? 0 : grant.Remaining)) - State.Debt
            - Int128.Max(0, Reserved - Kept);

    /// <summary>The state with everything done until now.</summary>
    public PurseState Close()
    {
        // An unchanged list stays the same one: states that are equal compare as equal.
        State = _grantsChanged ? State with { Grants = [.. _grants] } : State;
        State = _leasesChanged ? State with { Leases = [.. _leases] } : State;
        (_grantsChanged, _leasesChanged) = (false, false);
        return State;
    }

    public void Set(Func<PurseState, PurseState> change) => State = change(State);

    /// <summary>Charges usage. A lease that is named but gone was reclaimed: the usage is late.</summary>
    public void Spend(long cost, string? lease)
    {
        State = State with { Spent = checked(State.Spent + cost) };
        if (lease is not null)
        {
            var at = _leases.FindIndex(row => row.Id == lease);
            if (at >= 0)
            {
                SetLease(at, _leases[at] with { Folded = checked(_leases[at].Folded + cost) });
            }
            else
            {
                State = State with { Late = checked(State.Late + cost) };
            }
        }

        Take(cost, first: null);
    }

    /// <summary>Adds credit, which pays debt first.</summary>
    /// <returns>False when there is no room: 64 grants, all of them dead. Nothing is changed then.</returns>
    public bool TryGrant(MovementKind kind, Grant grant, MoveInfo info)
    {
        var paid = Math.Min(State.Debt, grant.Remaining);
        var id = grant.Id;
        if (grant.Remaining > paid && !TryPut(grant with { Remaining = grant.Remaining - paid }, kind, out id))
        {
            return false;
        }

        State = State with { Debt = State.Debt - paid, RefusalNotified = null };
        Book(kind, grant.Remaining, info with { GrantId = id });
        return true;
    }

    /// <summary>Takes credit back: of this grant first, then in spending order; the rest becomes debt.</summary>
    public void Reverse(MovementKind kind, long amount, MoveInfo info)
    {
        Take(amount, info.GrantId);
        Book(kind, kind == MovementKind.Adjustment ? -amount : amount, info);
    }

    /// <summary>What is left of a grant, dead or not.</summary>
    public long RemainingOf(string id) => _grants.Where(grant => grant.Id == id).Sum(grant => grant.Remaining);

    /// <summary>What of a grant has expired in this decision.</summary>
    public long ExpiredOf(string id) =>
        _movements.Where(move => move.Kind == MovementKind.Expiry && move.GrantId == id).Sum(move => move.Amount);

    public void WriteOffDebt(string reason)
    {
        if (State.Debt > 0)
        {
            var debt = State.Debt;
            State = State with { Debt = 0 };
            Book(MovementKind.WriteOff, debt, new MoveInfo(Reason: reason));
        }
    }

    /// <summary>Ends the grants whose time is over, some at a time; the next Sync ends more.</summary>
    public void ExpireGrants()
    {
        var over = _grants.Where(grant => !grant.Dead && grant.Expires <= Now).Take(ExpiriesMax).Select(grant => grant.Id).ToList();
        foreach (var id in over)
        {
            Expire(id, "expired");
        }
    }

    /// <summary>Ends a grant. What leases had reserved of it can still be spent by them.</summary>
    public void Expire(string id, string reason)
    {
        var at = _grants.FindIndex(grant => grant.Id == id && !grant.Dead);
        if (at < 0)
        {
            return;
        }

        var grant = _grants[at];
        var dead = (long)Int128.Clamp(Reserved - Kept, 0, grant.Remaining);
        RemoveGrant(at);
        if (dead > 0)
        {
            Insert(grant with { Remaining = dead, Dead = true });
        }

        if (grant.Remaining > dead)
        {
            Book(MovementKind.Expiry, grant.Remaining - dead, new MoveInfo(GrantId: id, Reason: reason));
        }
    }

    /// <summary>Ends what is kept of dead grants beyond what leases still have reserved, the last to be spent first.</summary>
    public void TrimKept()
    {
        for (var excess = Kept - Reserved; excess > 0;)
        {
            var at = _grants.FindLastIndex(grant => grant.Dead);
            var (grant, gone) = (_grants[at], (long)Int128.Min(excess, _grants[at].Remaining));
            RemoveGrant(at);
            if (grant.Remaining > gone)
            {
                Insert(grant with { Remaining = grant.Remaining - gone });
            }

            excess -= gone;
            Book(MovementKind.Expiry, gone, new MoveInfo(GrantId: grant.Id, Reason: "expired"));
        }
    }

    /// <summary>Removes leases that were given up and whose usage has all come.</summary>
    public void DropClosed() => _leasesChanged |= _leases.RemoveAll(lease => lease.Closing && lease.Unfolded == 0) > 0;

    /// <summary>Removes leases of dead instances; call it only when no settled unit waits.</summary>
    /// <returns>Those of which something was not spent: perhaps never, perhaps not reported.</returns>
    public IReadOnlyList<Lease> Reclaim(TimeSpan grace)
    {
        var dead = _leases.Where(lease => Now > lease.UsableUntil + grace).ToList();
        if (dead.Count > 0)
        {
            _leasesChanged = true;
            _leases.RemoveAll(dead.Contains);
            State = State with { Unreported = dead.Aggregate(State.Unreported, (sum, lease) => checked(sum + lease.Unfolded)) };
        }

        return [.. dead.Where(lease => lease.Unfolded > 0)];
    }

    public bool TryFindLease(string id, [NotNullWhen(true)] out Lease? lease) =>
        (lease = _leases.Find(row => row.Id == id)) is not null;

    public void PutLease(Lease lease)
    {
        var at = _leases.FindIndex(row => row.Id == lease.Id);
        if (at < 0)
        {
            _leases.Add(lease);
            _leasesChanged = true;
        }
        else
        {
            SetLease(at, lease);
        }
    }

    private Int128 Reserved => _leases.Aggregate((Int128)0, (sum, lease) => sum + lease.Unfolded);

    private Int128 Kept => _grants.Aggregate((Int128)0, (sum, grant) => sum + (grant.Dead ? grant.Remaining : 0));

    private void SetLease(int at, Lease lease)
    {
        if (_leases[at] != lease)
        {
            _leases[at] = lease;
            _leasesChanged = true;
        }
    }

    private void Take(long amount, string? first)
    {
        for (var left = amount; left > 0;)
        {
            var at = first is null ? -1 : _grants.FindIndex(grant => grant.Id == first);
            at = at >= 0 || _grants.Count == 0 ? at : 0;
            if (at < 0)
            {
                State = State with { Debt = checked(State.Debt + left) };
                return;
            }

            var taken = Math.Min(left, _grants[at].Remaining);
            left -= taken;
            if (taken == _grants[at].Remaining)
            {
                RemoveGrant(at);
            }
            else
            {
                _grants[at] = _grants[at] with { Remaining = _grants[at].Remaining - taken };
                _grantsChanged = true;
            }
        }
    }

    /// <param name="id">The grant that it has become or joined.</param>
    private bool TryPut(Grant grant, MovementKind kind, out string id)
    {
        id = grant.Id;
        var at = _grants.FindIndex(row => row.Id == grant.Id && !row.Dead);
        // A period's grant never joins another: it has to end with its period.
        if (at < 0 && (_grants.Count < PurseState.GrantsMax || kind == MovementKind.Period))
        {
            Insert(grant);
            return true;
        }

        at = at >= 0 ? at : FindToJoin(grant);
        if (at < 0)
        {
            return false;
        }

        var joined = _grants[at];
        id = joined.Id;
        RemoveGrant(at);
        Insert(joined with { Remaining = checked(joined.Remaining + grant.Remaining), Expires = Later(joined.Expires, grant.Expires) });
        return true;
    }

    /// <summary>The next to expire after it, of its priority if there is one; else the last to expire, which then lives longer.</summary>
    private int FindToJoin(Grant grant)
    {
        var later = _grants.FindIndex(row => LivesLonger(row) && row.Priority == grant.Priority);
        later = later >= 0 ? later : _grants.FindIndex(LivesLonger);
        return later >= 0 ? later : _grants.FindLastIndex(CanJoin);

        bool LivesLonger(Grant row) => CanJoin(row) && Later(row.Expires, grant.Expires) == row.Expires;
    }

    private bool CanJoin(Grant grant) => !grant.Dead && grant.Id != State.Period?.GrantId;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other is null ? null : one > other ? one : other;

    private void Insert(Grant grant)
    {
        var at = _grants.FindIndex(row => SpentBefore(grant, row));
        _grants.Insert(at < 0 ? _grants.Count : at, grant);
        _grantsChanged = true;
    }

    private static bool SpentBefore(Grant one, Grant other)
    {
        var order = other.Dead.CompareTo(one.Dead);
        order = order != 0 ? order : (one.Expires ?? DateTimeOffset.MaxValue).CompareTo(other.Expires ?? DateTimeOffset.MaxValue);
        order = order != 0 ? order : one.Priority.CompareTo(other.Priority);
        return (order != 0 ? order : string.CompareOrdinal(one.Id, other.Id)) < 0;
    }

    private void RemoveGrant(int at)
    {
        _grants.RemoveAt(at);
        _grantsChanged = true;
    }

    private void Book(MovementKind kind, long amount, MoveInfo info)
    {
        var sums = MoneySums.Of(State).Add(kind, amount);
        State = State with
        {
            Granted = sums.Granted,
            Reversed = sums.Reversed,
            Expired = sums.Expired,
            WrittenOff = sums.WrittenOff,
            MoneySeq = checked(State.MoneySeq + 1),
        };
        _movements.Add(
            new Movement(State.MoneySeq, kind, amount, Now, info.Id, info.GrantId, info.Reason, info.By, info.Hash) { After = sums });
    }
}

/// <summary>What a movement carries besides its amount.</summary>
internal sealed record MoveInfo(string? Id = null, string? GrantId = null, string? Reason = null, string? By = null, string? Hash = null);
