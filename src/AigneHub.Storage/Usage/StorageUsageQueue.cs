using AigneHub.Core.Usage;

namespace AigneHub.Storage.Usage;

/// <summary>The usage queue on Azure Storage: Base64, as the Functions host expects, and kept for ever.</summary>
internal sealed class StorageUsageQueue(StorageClients clients) : IUsageQueue, IUsageQueueAge
{
    // −1 s means: never expires.
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    public Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            () => clients.UsageQueue.SendMessageAsync(
                BinaryData.FromBytes(message), visibilityTimeout: null, timeToLive: Never, cancellationToken),
            cancellationToken);

    // The first of the queue is about the oldest: the order is first in, first out, as far as it goes.
    public async Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken)
    {
        var first = await StorageCall.RunAsync(() => clients.UsageQueue.PeekMessageAsync(cancellationToken), cancellationToken);
        return first.Value?.InsertedOn;
    }
}
