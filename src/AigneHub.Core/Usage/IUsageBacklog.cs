namespace AigneHub.Core.Usage;

/// <summary>What was recorded and has not reached the queue.</summary>
public interface IUsageBacklog
{
    /// <summary>Events recorded since the process started.</summary>
    long Recorded { get; }

    /// <summary>Of them, in their order, those that no longer wait: sent or lost.</summary>
    long Left { get; }

    /// <summary>Returns when what is recorded until now no longer waits.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
