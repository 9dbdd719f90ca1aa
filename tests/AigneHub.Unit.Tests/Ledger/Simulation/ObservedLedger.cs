using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>Tells of every commit that was stored.</summary>
internal sealed class ObservedLedger(ILedgerStore inner, Action<PurseId, LedgerCommit> observe) : WrappedLedger(inner)
{
    public override async Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken)
    {
        var result = await base.CommitAsync(purse, commit, cancellationToken);
        if (result == CommitResult.Committed)
        {
            observe(purse, commit);
        }

        return result;
    }
}
