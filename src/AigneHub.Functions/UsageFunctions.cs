using AigneHub.Core.Usage;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Settles the usage queue of Azure Storage into the ledgers.</summary>
public sealed class UsageFunctions(UsageMessageProcessor processor, HubStartup startup)
{
    /// <summary>The setting that names the storage account of queue and tables, as connection string or by identity.</summary>
    public const string StorageConnection = "AigneHubStorage";

    [Function(nameof(SettleUsage))]
    public async Task SettleUsage(
        [QueueTrigger(UsageQueues.Usage, Connection = StorageConnection)] string message,
        CancellationToken cancellationToken)
    {
        await startup.ReadyAsync(cancellationToken);
        await processor.SettleAsync(message, cancellationToken);
    }

    /// <summary>
    /// What the host has given up on after <c>maxDequeueCount</c> tries: kept as rows, because the host keeps poison messages
    /// for 7 days only.
    /// </summary>
    [Function(nameof(KeepPoison))]
    public async Task KeepPoison(
        [QueueTrigger(UsageQueues.UsagePoison, Connection = StorageConnection)] string message,
        CancellationToken cancellationToken)
    {
        await startup.ReadyAsync(cancellationToken);
        await processor.PoisonAsync(message, cancellationToken);
    }
}
