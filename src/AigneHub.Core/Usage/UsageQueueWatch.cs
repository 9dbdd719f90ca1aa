using AigneHub.Core.Telemetry;

namespace AigneHub.Core.Usage;

/// <summary>Looks at the usage queue's age once a minute, while somebody listens: it grows though nothing is settled.</summary>
public sealed class UsageQueueWatch(IUsageQueue queue, HubMetrics metrics, TimeProvider time)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private volatile Look? _last;

    /// <summary>Of the oldest message, zero without any; null where it is not known or not looked at.</summary>
    public TimeSpan? Age => _last is { } last && time.GetElapsedTime(last.Seen) < 3 * Pause ? last.Age : null;

    /// <summary>Until cancelled; returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (queue is not IUsageQueueAge aged)
        {
            return;
        }

        try
        {
            while (true)
            {
                if (metrics.IsListened)
                {
                    await LookAsync(aged, cancellationToken);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private async Task LookAsync(IUsageQueueAge aged, CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            var age = now - (await aged.FindOldestAsync(cancellationToken) ?? now);
            // The queue's clock is another one.
            _last = new Look(age < TimeSpan.Zero ? TimeSpan.Zero : age, time.GetTimestamp());
        }
        catch (StorageUnavailableException)
        {
            // Others tell of it: what can't be sent or settled.
        }
    }

    private sealed record Look(TimeSpan Age, long Seen);
}
