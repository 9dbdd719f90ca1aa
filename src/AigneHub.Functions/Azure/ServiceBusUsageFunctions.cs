using AigneHub.Core.Usage;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions.Azure;

/// <summary>
/// Settles the usage queue of Service Bus. A message whose settling throws comes back at once, up to the queue's maximum
/// delivery count, and then goes to the dead-letter queue: what time mends is kept back before. Where usage goes over a storage
/// queue, these functions are switched off by <c>AzureWebJobs.SettleUsageServiceBus.Disabled</c> and
/// <c>AzureWebJobs.KeepPoisonServiceBus.Disabled</c>.
/// </summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger"/>
public sealed class ServiceBusUsageFunctions(UsageMessageProcessor processor, HubStartup startup)
{
    [Function(nameof(SettleUsageServiceBus))]
    public async Task SettleUsageServiceBus(
        [ServiceBusTrigger(UsageQueues.Usage, Connection = ServiceBusUsageServices.Connection)] string message,
        CancellationToken cancellationToken)
    {
        await startup.ReadyAsync(cancellationToken);
        await processor.SettleOrPauseAsync(message, cancellationToken);
    }

    /// <seealso href="https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues"/>
    [Function(nameof(KeepPoisonServiceBus))]
    public async Task KeepPoisonServiceBus(
        [ServiceBusTrigger(UsageQueues.Usage + "/$deadletterqueue", Connection = ServiceBusUsageServices.Connection)]
        string message,
        CancellationToken cancellationToken)
    {
        await startup.ReadyAsync(cancellationToken);
        await processor.PoisonAsync(message, cancellationToken);
    }
}
