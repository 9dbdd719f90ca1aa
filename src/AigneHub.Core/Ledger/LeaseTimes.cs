namespace AigneHub.Core.Ledger;

/// <summary>The times of leases; the same on every instance of a hub.</summary>
public sealed record LeaseTimes
{
    /// <summary>A lease's share of the time in which all leases of a purse are renewed: at most one commit a second and purse.</summary>
    private static readonly TimeSpan TermPerLease = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TermMax = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentOutOfRangeException">They are not 0 &lt; idle &lt; term ≤ grace.</exception>
    public LeaseTimes(TimeSpan term, TimeSpan grace, TimeSpan idle)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(idle, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(term, idle);
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, term);
        (Term, Grace, Idle) = (term, grace, idle);
    }

    /// <summary>
    /// The defaults: a minute's term; a quarter of an hour altogether until a dead instance's reserve comes back, because a
    /// queue shows a message whose consumer has died again only after 10 minutes.
    /// </summary>
    public static LeaseTimes Default { get; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(14), TimeSpan.FromSeconds(15));

    /// <summary>How long an instance admits calls after a confirmed renewal, while a purse has few leases.</summary>
    public TimeSpan Term { get; }

    /// <summary>How long after that the usage of its calls is waited for before the lease is reclaimed.</summary>
    public TimeSpan Grace { get; }

    /// <summary>A lease without calls for so long is closed.</summary>
    public TimeSpan Idle { get; }

    /// <summary>The term when a purse has so many leases.</summary>
    public TimeSpan TermFor(int leases)
    {
        var shared = TermPerLease * leases;
        return shared <= Term ? Term : shared < TermMax ? shared : TimeSpan.FromTicks(Math.Max(Term.Ticks, TermMax.Ticks));
    }
}
