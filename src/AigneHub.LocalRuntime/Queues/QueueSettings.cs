namespace AigneHub.LocalRuntime.Queues;

/// <summary>How queues are read: <c>extensions.queues</c> of host.json, with the host's own defaults.</summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json"/>
internal sealed record QueueSettings
{
    /// <summary>The first pause after a poll that found nothing; each further one is twice as long.</summary>
    public static readonly TimeSpan PollingMin = TimeSpan.FromMilliseconds(100);

    /// <summary>Messages fetched at once.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The next batch is fetched when no more than this many messages are still running.</summary>
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>A message that failed this often goes to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How long a message whose run failed stays invisible (<c>visibilityTimeout</c>).</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.Zero;

    /// <summary>The longest pause between polls of an empty queue.</summary>
    public TimeSpan PollingMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether texts are Base64 of UTF-8.</summary>
    public bool Base64 { get; init; } = true;

    /// <summary>
    /// How long a fetched message stays invisible unless renewed, and so how soon the message of a killed process comes
    /// back (<c>LocalRuntime:QueueLockSeconds</c>; the host's fixed value is 10 minutes).
    /// </summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromSeconds(30);
}
