namespace AigneHub.Core.Payments;

public enum ReconcileOutcome
{
    /// <summary>What is so at the provider is so in the ledger.</summary>
    Booked,

    /// <summary>Nothing was paid, or it is none of the hub's business.</summary>
    Nothing,

    /// <summary>It does not agree with what was ordered: kept as an incident.</summary>
    Kept,

    /// <summary>Not now: ask again.</summary>
    Busy,
}
