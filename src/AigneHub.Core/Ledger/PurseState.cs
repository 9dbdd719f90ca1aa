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
}

/// <summary>The folded state of a purse (row <c>a</c>); only <see cref="PurseSync"/> writes it.</summary>
/// <param name="Spent">Nano charged by folded usage.</param>
/// <param name="Debt">Nano charged beyond what was granted.</param>
public sealed record PurseState(LedgerUnit Unit, PurseKind Kind, long Spent, long Debt)
{
    public static PurseState New(PurseRecord registered) => new(registered.Unit, registered.Kind, 0, 0);

    /// <summary>−Spent = −Debt: the sums' equation of a purse without grants.</summary>
    public bool Balances => Spent >= 0 && Debt == Spent;
}
