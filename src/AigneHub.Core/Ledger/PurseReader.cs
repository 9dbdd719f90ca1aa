using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>
/// What purses stand at now: as the next Sync would leave them, with all that is settled and in the period of this moment.
/// </summary>
public sealed class PurseReader(ILedgerStore ledger, PurseRegistrar registrar, LeaseTimes times)
{
    /// <summary>Up to so many rows are one snapshot.</summary>
    private const int SnapshotRowsMax = 1_000;

    private const int RowsMax = 20_000;
    private const int TriesMax = 8;

    /// <summary>An unlimited purse that has spent nothing when there is no such purse.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer, or too much waits to be folded.</exception>
    /// <exception cref="InvalidOperationException">A stored row breaks an invariant.</exception>
    public async Task<PurseState> ReadAsync(PurseId purse, CancellationToken cancellationToken)
    {
        var view = await ViewAsync(purse, cancellationToken);
        var state = view.State?.Value ?? PurseState.New(registrar.Unit);
        var inbox = view.Inbox;
        while (true)
        {
            var facts = new PurseFacts(purse, state, inbox, new Dictionary<string, HourRow>(), Complete: true, view.ReadAt);
            state = PurseDecision.Decide(facts, SyncCommand.None.Instance, times).State;
            if (!state.Grants.Any(grant => !grant.Dead && grant.Expires <= view.ReadAt))
            {
                return state;
            }

            // One decision ends a few grants only.
            inbox = [];
        }
    }

    private async Task<PurseView> ViewAsync(PurseId purse, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var view = await ledger.ReadPurseAsync(purse, RowsMax, cancellationToken);
            if (!view.Complete)
            {
                throw new StorageUnavailableException($"More than {RowsMax} units of purse {purse} are not folded yet.");
            }

            if (view.Inbox.Count < SnapshotRowsMax - 1
                || (await ledger.ReadPurseAsync(purse, 1, cancellationToken)).State?.ETag == view.State?.ETag)
            {
                return view;
            }
        }

        throw new StorageUnavailableException($"Purse {purse} changes faster than it can be read.");
    }
}
