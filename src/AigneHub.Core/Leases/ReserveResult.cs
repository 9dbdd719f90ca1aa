using AigneHub.Core.Usage;

namespace AigneHub.Core.Leases;

public enum ReserveOutcome
{
    /// <summary>The hold is reserved in every purse: send the call, then end the reservation.</summary>
    Admitted,

    /// <summary>A purse can't carry the hold: 402.</summary>
    Insufficient,

    /// <summary>Too many instances use a purse, or they write it faster than it can be written: 503 <c>ledger_busy</c>.</summary>
    Busy,

    /// <summary>Storage did not confirm in time, or the instance is stopping: 503.</summary>
    Unavailable,
}

/// <summary>What became of a call's request for credit.</summary>
/// <param name="Reservation">Only when admitted.</param>
/// <param name="Purse">The one that refused.</param>
/// <param name="Available">Nano that it could have held.</param>
public readonly record struct ReserveResult(
    ReserveOutcome Outcome, Reservation? Reservation = null, PurseId? Purse = null, long Available = 0);
