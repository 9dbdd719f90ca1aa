namespace AigneHub.Core.Usage;

/// <summary>A usage queue that can be asked how long its messages wait. Service Bus tells by metrics of its own.</summary>
public interface IUsageQueueAge
{
    /// <summary>When the first of the messages that no settler works on was sent; null when there is none.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken);
}
