using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;

namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>The tables as one process sees them.</summary>
/// <param name="committed">Told of every state that was written.</param>
internal sealed class StormLedger(ILedgerStore inner, StormFaults faults, Action<PurseId, PurseState> committed) : WrappedLedger(inner)
{
    public override Task<InsertResult> InsertUnitAsync(
        PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken) =>
        faults.RunAsync(() => base.InsertUnitAsync(purse, inbox, events, cancellationToken));

    public override Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken) =>
        faults.RunAsync(() => base.ReadPurseAsync(purse, rowsMax, cancellationToken));

    public override Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken) =>
        faults.RunAsync(async () =>
        {
            var result = await base.CommitAsync(purse, commit, cancellationToken);
            if (result == CommitResult.Committed)
            {
                committed(purse, commit.State);
            }

            return result;
        });
}
