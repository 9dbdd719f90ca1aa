using System.Collections.Immutable;

namespace AigneHub.Core.Ledger;

/// <summary>What a hub counts in: one unit for the whole hub, stored in every purse.</summary>
public enum LedgerUnit
{
    /// <summary>10⁻⁹ USD at the vendors' own prices.</summary>
    NanoUsd,

    /// <summary>10⁻⁹ credit.</summary>
    NanoCredit,
}

/// <summary>How a purse limits its calls.</summary>
public enum PurseKind
{
    /// <summary>Counts and never refuses.</summary>
    Unlimited,

    /// <summary>What was granted can be spent; debt stays until a grant pays it.</summary>
    Credit,

    /// <summary>A budget that is filled anew each period; a call that it can't carry is refused.</summary>
    Hard,

    /// <summary>A budget that is filled anew each period, counts and notifies, and never refuses.</summary>
    Soft,
}

/// <summary>Credit that can be spent.</summary>
/// <param name="Remaining">Nano, above 0: an empty grant leaves the list.</param>
/// <param name="Expires">Null: never.</param>
/// <param name="Priority">Of grants that expire together, the lower one is spent first.</param>
/// <param name="Dead">Expired, and kept only for what leases had reserved before.</param>
public sealed record Grant(string Id, long Remaining, DateTimeOffset? Expires, int Priority, bool Dead = false);

/// <summary>What an instance may spend without asking again.</summary>
/// <param name="Id">Never used again.</param>
/// <param name="Amount">Nano reserved over the lease's life.</param>
/// <param name="Folded">Nano of its usage that is in the state.</param>
/// <param name="UsableUntil">By the store's clock: its instance admits nothing later; reclaimed after a further grace.</param>
/// <param name="Closing">Its instance has given it up; it leaves when all of <paramref name="Amount"/> is folded.</param>
public sealed record Lease(string Id, long Amount, long Folded, DateTimeOffset UsableUntil, bool Closing = false)
{
    /// <summary>Nano that may still come; nothing when the upstream broke its limit.</summary>
    public long Unfolded => Math.Max(0, Amount - Folded);
}

/// <summary>When somebody is told. Each is told once, until the balance rises over it or the period ends.</summary>
/// <param name="Percents">Of a budget's limit, ascending, e.g. 50, 80, 100.</param>
/// <param name="LowBalance">Nano of credit.</param>
/// <param name="TopUpBelow">Nano of credit below which <see cref="PurseState.TopUpDue"/> is set.</param>
public sealed record PurseAlerts(ImmutableArray<int> Percents, long? LowBalance = null, long? TopUpBelow = null)
{
    private const int PercentsMax = 16;

    internal bool IsValid => !Percents.IsDefault && Percents.Length <= PercentsMax;

    public static PurseAlerts None { get; } = new(ImmutableArray<int>.Empty);

    /// <summary>By value, the percents too: the same configured again is no change.</summary>
    public bool Equals(PurseAlerts? other) =>
        other is not null && (LowBalance, TopUpBelow) == (other.LowBalance, other.TopUpBelow)
        && Percents.AsSpan().SequenceEqual(other.Percents.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Percents.AsSpan().Length, LowBalance, TopUpBelow);
}

/// <summary>The folded state of a purse (row <c>a</c>); only <see cref="PurseSync"/> writes it. All amounts are nano.</summary>
/// <param name="Spent">Charged by folded usage.</param>
/// <param name="Debt">Charged or reversed beyond what was granted; while there is debt, no grant has anything left.</param>
public sealed record PurseState(LedgerUnit Unit, PurseKind Kind, long Spent, long Debt)
{
    /// <summary>From so many grants on, a new one joins another.</summary>
    public const int GrantsMax = 64;

    /// <summary>A further instance is told 503 <c>ledger_busy</c>.</summary>
    public const int LeasesMax = 200;

    public const int NoticesMax = 16;

    public long Granted { get; init; }
    public long Reversed { get; init; }
    public long Expired { get; init; }
    public long WrittenOff { get; init; }

    /// <summary>Of <see cref="Spent"/>: usage whose lease had been reclaimed before it came.</summary>
    public long Late { get; init; }

    /// <summary>
    /// What reclaimed leases still had reserved: perhaps used and never reported. What of it came later is in <see cref="Late"/>,
    /// too.
    /// </summary>
    public long Unreported { get; init; }

    /// <summary>The number of the last movement; they have no gaps.</summary>
    public long MoneySeq { get; init; }

    /// <summary>In the order in which they are spent: dead ones, then by expiry, priority, id.</summary>
    public ImmutableArray<Grant> Grants { get; init; } = [];

    public ImmutableArray<Lease> Leases { get; init; } = [];

    /// <summary>Only of a hard or soft purse.</summary>
    public BudgetPeriod? Period { get; init; }

    /// <summary>When a need was last refused: for a while leases get no more than they need.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    public PurseAlerts Alerts { get; init; } = PurseAlerts.None;

    /// <summary>The highest of <see cref="PurseAlerts.Percents"/> that was told in this period.</summary>
    public int NotifiedPercent { get; init; }

    public bool LowNotified { get; init; }

    /// <summary>The balance when a refusal was told last; null: none was since the period began or credit came.</summary>
    public long? RefusalNotified { get; init; }

    /// <summary>Not kept elsewhere yet, by number; above <see cref="NoticesMax"/> the oldest go.</summary>
    public ImmutableArray<PurseNotice> Notices { get; init; } = [];

    /// <summary>The number of the last notice.</summary>
    public long NoticeSeq { get; init; }

    /// <summary>The balance is below <see cref="PurseAlerts.TopUpBelow"/> and nobody has filled it yet.</summary>
    public bool TopUpDue { get; init; }

    /// <summary>What leases may still spend.</summary>
    public Int128 Reserved => Leases.Aggregate((Int128)0, (sum, lease) => sum + lease.Unfolded);

    /// <summary>What is left of dead grants.</summary>
    public Int128 Kept => Grants.Where(grant => grant.Dead).Aggregate((Int128)0, (sum, grant) => sum + grant.Remaining);

    /// <summary>What is left of all grants, less debt; leases don't lower it.</summary>
    public Int128 Balance => Grants.Aggregate((Int128)0, (sum, grant) => sum + grant.Remaining) - Debt;

    /// <summary>What can be reserved in addition; below 0 after debt or a reversal of what was reserved.</summary>
    public Int128 Available => Balance - Kept - Int128.Max(0, Reserved - Kept);

    /// <summary>What the current period has spent; without one, all that was ever spent.</summary>
    public long SpentInPeriod => Spent - (Period?.SpentBefore ?? 0);

    /// <summary>Unlimited, until it is configured.</summary>
    public static PurseState New(LedgerUnit unit) => new(unit, PurseKind.Unlimited, 0, 0);

    /// <summary>Null when every sum holds; otherwise the one that does not.</summary>
    public string? WhatIsWrong()
    {
        if ((Int128)Granted + WrittenOff - Reversed - Expired - Spent != Balance)
        {
            return "Granted + WrittenOff - Reversed - Expired - Spent is not what remains less Debt";
        }

        ReadOnlySpan<long> sums = [Granted, WrittenOff, Reversed, Expired, Spent, Debt, Late, Unreported];
        if (sums.ContainsAnyInRange(long.MinValue, -1)
            || Grants.Any(grant => grant.Remaining <= 0) || Leases.Any(lease => lease.Amount < 0 || lease.Folded < 0))
        {
            return "an amount is negative";
        }

        if (Kept > Reserved)
        {
            return "more is kept of dead grants than leases have reserved";
        }

        return Debt > 0 && !Grants.IsEmpty ? "there is debt beside credit" : null;
    }
}
