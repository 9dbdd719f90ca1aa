using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Jobs;

/// <summary>
/// Gives back what videos have cost that failed after they had begun: in every purse that was charged, exactly what the ledger's
/// line says, once, whatever is repeated or interrupted.
/// </summary>
public sealed class VideoRefunds(IVideoJobs jobs, ILedgerStore ledger, PurseSync sync, IIncidents incidents, TimeProvider time)
{
    private const string Source = "job";
    private const string By = "hub";

    /// <summary>Of all jobs that are due; returns how many are done with. The others are for the next time.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer; a repeat does the rest.</exception>
    public async Task<int> BookAllAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        await foreach (var job in jobs.RefundsDueAsync(cancellationToken))
        {
            try
            {
                done += await BookAsync(job, cancellationToken) ? 1 : 0;
            }
#pragma warning disable CA1031 // One purse that can't be booked must not keep the others from theirs.
            catch (Exception exception) when (exception is not (StorageUnavailableException or OperationCanceledException))
#pragma warning restore CA1031
            {
                incidents.Report(new Incident(
                    IncidentKind.FoldFailed, PurseId.OfAccount(job.Value.Account), job.Value.Id, exception.Message));
            }
        }

        return done;
    }

    private async Task<bool> BookAsync(Versioned<VideoJob> due, CancellationToken cancellationToken)
    {
        var job = due.Value;
        // What never reached the ledger was not charged; what is on its way will be there the next time.
        if (await ledger.FindEventAsync(PurseId.OfAccount(job.Account), job.CallId, cancellationToken) is not { } line)
        {
            return false;
        }

        if (line.Cost is > 0 and var cost)
        {
            var adjust = new SyncCommand.Adjust(
                new OutsideId(Source, job.CallId.ToString("N")), cost, $"video failed: {job.ErrorCode}", By);
            foreach (var purse in job.Purses)
            {
                var result = await sync.SyncAsync(purse, adjust, cancellationToken);
                if (result.Outcome is not (SyncOutcome.Done or SyncOutcome.BookedBefore))
                {
                    return false;
                }
            }
        }

        return await jobs.ReplaceAsync(job with { RefundedAt = time.GetUtcNow() }, due.ETag, cancellationToken);
    }
}
