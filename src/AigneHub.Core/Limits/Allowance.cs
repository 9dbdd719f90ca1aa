namespace AigneHub.Core.Limits;

/// <summary>
/// Requests or tokens of one subject in the current window, as one instance has them. Not thread-safe: its counter's lock guards it.
/// </summary>
/// <param name="mayExceed">
/// One call may take more than is left, as long as anything is: otherwise a call larger than the whole limit would never be made.
/// </param>
internal sealed class Allowance(bool mayExceed)
{
    /// <summary>What is drawn ahead: as much as the recent calls took in this time.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>What is drawn for later is at most this part of what is left, of each instance's share.</summary>
    private const int TaperDivisor = 2;

    /// <summary>From this size on a block is followed by the next one before it is used up.</summary>
    private const int BlockMin = 8;

    private long _block;
    private long _drawnByAll;
    private double _load;
    private TimeSpan _loadAt;

    /// <summary>A minute; null: any number.</summary>
    public long? Limit { get; set; }

    /// <summary>Drawn here and not used; below 0 when more was used than drawn.</summary>
    public long Free { get; private set; }

    /// <summary>What waiting calls need together, and the largest of them.</summary>
    public long Waiting { get; set; }

    public long WaitingMost { get; set; }

    /// <summary>When the last of it was drawn: until it is looked again nothing more can be had. Null: there was more.</summary>
    public TimeSpan? DryAt { get; private set; }

    /// <summary>As far as is known here.</summary>
    public long Remaining => Math.Max(0, Left);

    private long Left => (Limit ?? 0) - (_drawnByAll - Free);

    public bool Has(long need) => Limit is null || Free >= need;

    /// <summary>Without storage: this instance's share of the limit, at its own reckoning.</summary>
    public bool HasShare(long need, int sharers)
    {
        if (Limit is not { } limit)
        {
            return true;
        }

        var left = ((limit + sharers - 1) / sharers) + Free;
        return mayExceed ? left > 0 : left >= need;
    }

    public void Take(long need, TimeSpan now)
    {
        if (Limit is not null)
        {
            Free -= need;
            _load = Load(now) + need;
            _loadAt = now;
        }
    }

    public void GiveBack(long amount)
    {
        if (Limit is not null)
        {
            Free += amount;
        }
    }

    /// <summary>What was drawn of the last window has lapsed, and so has what was used beyond it.</summary>
    public void Begin() => (Free, _block, _drawnByAll, DryAt) = (0, 0, 0, null);

    /// <summary>Little is left of a large block, and more may be had.</summary>
    public bool IsLow => Limit is not null && _block >= BlockMin && Free < _block / 4 && DryAt is null;

    /// <summary>
    /// What is to be drawn in addition; below 0: what was given back now, before storage is told. What is drawn counts when storage has
    /// confirmed it. So storage never knows less than what may be used.
    /// </summary>
    /// <param name="drawnByAll">What this instance has <see cref="Free"/> is a part of it; what it owes is not.</param>
    /// <param name="looksAhead">Calls are still coming.</param>
    public long Plan(long drawnByAll, int sharers, bool looksAhead, TimeSpan now)
    {
        if (Limit is null)
        {
            return 0;
        }

        _drawnByAll = drawnByAll;
        var left = Left;
        var ahead = looksAhead ? Math.Min((long)(Load(now) * (Ahead / Memory)), left / ((long)TaperDivisor * sharers)) : 0;
        var target = left <= 0 ? 0 : Math.Min(left, Waiting + ahead);
        if (mayExceed && left > 0)
        {
            target = Math.Max(target, WaitingMost);
        }

        var more = target - Free;
        _block = target;
        Free += Math.Min(0, more);
        return more;
    }

    /// <summary>Storage has taken the plan.</summary>
    public void Confirm(long drawnByAll, long more, TimeSpan now)
    {
        _drawnByAll = drawnByAll;
        Free += Math.Max(0, more);
        DryAt = drawnByAll >= Limit ? now : null;
    }

    /// <summary>Storage has refused the plan.</summary>
    public void Undo(long more) => Free -= Math.Min(0, more);

    /// <summary>An exponentially weighted sum over about <see cref="Memory"/>.</summary>
    private double Load(TimeSpan now) => _load * Math.Exp(-((now - _loadAt) / Memory));
}
