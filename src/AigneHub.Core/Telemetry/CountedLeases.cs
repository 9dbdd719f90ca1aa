using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Telemetry;

/// <summary>Counts what is asked of leases in storage, and what comes of it.</summary>
public static class CountedLeases
{
    public static SyncPurse Counted(SyncPurse sync, HubMetrics metrics) => async (purse, command, cancellationToken) =>
    {
        var operation = command switch
        {
            SyncCommand.UseLease { Close: true } => "close",
            SyncCommand.UseLease { IsNew: true } => "open",
            _ => "renew",
        };
        try
        {
            var result = await sync(purse, command, cancellationToken);
            metrics.Lease(operation, ResultOf(result));
            return result;
        }
        catch (StorageUnavailableException)
        {
            metrics.Lease(operation, "unavailable");
            throw;
        }
    };

    private static string ResultOf(SyncResult result) =>
        result.Lease is { Lost: true } ? "lost"
        : result.Outcome switch
        {
            SyncOutcome.Busy => "busy",
            SyncOutcome.Refused => "refused",
            _ => "done",
        };
}
