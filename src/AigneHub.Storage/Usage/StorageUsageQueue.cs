using AigneHub.Core.Usage;

namespace AigneHub.Storage.Usage;

/// <summary>The usage queue on Azure Storage: Base64, as the Functions host expects, and kept for ever.</summary>
internal sealed class StorageUsageQueue(StorageClients clients) : IUsageQueue
{
    // −1 s means: never expires.
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    public Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            () => clients.UsageQueue.SendMessageAsync(
                BinaryData.FromBytes(message), visibilityTimeout: null, timeToLive: Never, cancellationToken),
            cancellationToken);
}
