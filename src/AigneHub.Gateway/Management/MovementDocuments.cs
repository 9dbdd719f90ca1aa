using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <param name="Amount">Whole units, above 0, up to a million.</param>
/// <param name="Reason">For the statement; 1 to 500 characters.</param>
/// <param name="ExpiresAt">ISO 8601; never when absent.</param>
/// <param name="Priority">0 (default) to 100; of grants that expire together the lower one is spent first.</param>
internal sealed record GrantRequest(string Amount, string Reason, DateTimeOffset? ExpiresAt = null, int? Priority = null);

/// <param name="Amount">All of the grant when absent. What of it is spent becomes debt.</param>
internal sealed record ReversalRequest(string Reason, string? Amount = null);

/// <param name="Amount">Whole units, up to a million; below 0 it takes away.</param>
internal sealed record AdjustmentRequest(string Amount, string Reason);

/// <summary>One line of a purse's statement: why its credit changed other than by usage.</summary>
/// <param name="Amount">What it changes the balance by: reversals and expiries are below 0.</param>
/// <param name="Id">What asked for it; absent when the ledger did it by itself.</param>
/// <param name="Grant">The grant that was made, joined, reversed or has expired.</param>
/// <param name="By">Public id of the administrator's key.</param>
internal sealed record MovementItem(
    long Number, MovementKind Kind, string Amount, DateTimeOffset At, string? Id, string? Grant, string? Reason, string? By)
{
    public static MovementItem Of(Movement movement) => new(
        movement.Seq, movement.Kind,
        Nano.ToDecimalString(movement.Kind is MovementKind.Reversal or MovementKind.Expiry ? -movement.Amount : movement.Amount),
        movement.At, movement.Id, movement.GrantId, movement.Reason, movement.By);
}

internal sealed record MovementPage(string Unit, IReadOnlyList<MovementItem> Items, string? Continuation);
