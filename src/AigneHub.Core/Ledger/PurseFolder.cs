using System.Collections.Concurrent;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>
/// Folds the purses that settlement has touched: each once within two seconds, however many units came. Best effort:
/// readers add the inbox, and what is left is folded by a lease's heartbeat, the next touch or the nightly walk.
/// </summary>
public sealed class PurseFolder(PurseSync sync, IIncidents incidents, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<PurseId, bool> _touched = new();
    private readonly SemaphoreSlim _any = new(0, 1);
    private long _failures;

    /// <summary>Folds that failed since the start; each was put back and tried again.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public void Touch(PurseId purse)
    {
        if (_touched.TryAdd(purse, true) && _any.CurrentCount == 0)
        {
            try
            {
                _any.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another thread has just released it.
            }
        }
    }

    /// <summary>Folds until cancelled; returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _any.WaitAsync(cancellationToken);
                await Task.Delay(Pause, time, cancellationToken);
                await FoldTouchedAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>Folds everything touched until now, once.</summary>
    public async Task FoldTouchedAsync(CancellationToken cancellationToken)
    {
        foreach (var purse in _touched.Keys)
        {
            // Taken off before it is folded: a touch during the fold counts again.
            _touched.TryRemove(purse, out _);
            await FoldAsync(purse, cancellationToken);
        }
    }

    public void Dispose() => _any.Dispose();

    private async Task FoldAsync(PurseId purse, CancellationToken cancellationToken)
    {
        try
        {
            SyncResult result;
            do
            {
                result = await sync.SyncAsync(purse, SyncCommand.None.Soon, cancellationToken);
            }
            while (result is { Outcome: SyncOutcome.Done, Complete: false });
            if (result.Outcome == SyncOutcome.Busy)
            {
                Touch(purse);
            }
        }
#pragma warning disable CA1031 // One purse must not stop the others; nothing is lost, since its inbox is counted anyway.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _failures);
            incidents.Report(new Incident(IncidentKind.FoldFailed, purse, null, exception.Message));
            if (exception is StorageUnavailableException)
            {
                Touch(purse);
            }
        }
    }
}
