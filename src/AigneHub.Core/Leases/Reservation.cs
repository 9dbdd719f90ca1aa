using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Leases;

/// <summary>A hold that one call has in each of its purses. End it exactly once; further ends do nothing.</summary>
public sealed class Reservation
{
    private readonly LeaseKeeper _keeper;
    private bool _ended;

    internal Reservation(LeaseKeeper keeper, HeldLease[] leases, long hold) => (_keeper, Leases, Hold) = (keeper, leases, hold);

    /// <summary>Nano in each purse.</summary>
    public long Hold { get; }

    internal HeldLease[] Leases { get; }

    /// <summary>The purses that the call's usage is charged to, with the leases that hold it back.</summary>
    public PurseSet NameLeases(PurseSet purses)
    {
        var ids = new string?[purses.Count];
        foreach (var lease in Leases)
        {
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = purses[i] == lease.Purse ? lease.Id : ids[i];
            }
        }

        return purses with { Leases = ids };
    }

    /// <summary>The call has ended. What it costs stays reserved until its usage event, recorded before, is folded.</summary>
    /// <param name="cost">Nano, exactly as in the event, 0 to <see cref="SyncCommand.AmountMax"/>.</param>
    public void Settle(long cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, SyncCommand.AmountMax);
        _keeper.End(this, cost);
    }

    /// <summary>The call was not made, or costs nothing.</summary>
    public void Release() => _keeper.End(this, cost: 0);

    /// <summary>True once. Under the keeper's lock.</summary>
    internal bool TryEnd() => !_ended && (_ended = true);
}
