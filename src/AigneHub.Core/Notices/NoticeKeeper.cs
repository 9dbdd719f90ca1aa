using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Notices;

/// <summary>
/// Keeps the notices that purses have, and then takes them out of the purses' states: whatever dies in between, none is lost, and
/// what is kept twice is one row. Sends them at once.
/// </summary>
public sealed class NoticeKeeper(
    NoticeBox box, PurseSync sync, INoticeStore store, NoticeSender sender, IIncidents incidents, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Keeps and sends until cancelled; returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await box.WaitAsync(cancellationToken);
                if (!await KeepToldAsync(cancellationToken))
                {
                    await Task.Delay(Pause, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: what is not kept stays with its purse.
        }
    }

    /// <summary>One round; false when something has to be done again.</summary>
    internal async Task<bool> KeepToldAsync(CancellationToken cancellationToken)
    {
        var isDone = true;
        foreach (var (purse, unit, notices) in box.TakeAll())
        {
            try
            {
                await KeepAsync(purse, unit, notices, cancellationToken);
            }
#pragma warning disable CA1031 // One purse must not stop the others; what is not kept stays with its purse.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                isDone = false;
                box.Tell(purse, unit, notices);
                if (exception is not StorageUnavailableException)
                {
                    incidents.Report(new Incident(IncidentKind.NoticeFailed, purse, null, exception.Message));
                }
            }
        }

        try
        {
            return isDone && await sender.TrySendDueAsync(cancellationToken);
        }
#pragma warning disable CA1031 // A row that can't be read, as of a newer version, must not end the process.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            incidents.Report(new Incident(IncidentKind.NoticeFailed, null, null, exception.Message));
            return false;
        }
    }

    internal async Task KeepAsync(
        PurseId purse, LedgerUnit unit, IReadOnlyList<PurseNotice> notices, CancellationToken cancellationToken)
    {
        foreach (var notice in notices)
        {
            await store.AddAsync(NoticeRecord.Of(purse, unit, notice, sender.Channels), cancellationToken);
        }

        // Not done by this one (others kept writing): the next Sync tells them again.
        await sync.SyncAsync(purse, new SyncCommand.NoticesTaken(notices[^1].Seq), cancellationToken);
    }
}
