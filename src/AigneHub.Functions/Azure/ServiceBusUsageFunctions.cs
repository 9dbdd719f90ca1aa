using AigneHub.Core.Usage;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions.Azure;

/// <summary>
/// Settles usage from Service Bus. A message that throws comes back at once, up to the queue's maximum delivery count, and
/// then goes to the dead-letter queue. Where the usage queue is a storage queue, both functions are switched off by
/// <c>AzureWebJobs.SettleUsageServiceBus.Disabled</c> and <c>AzureWebJobs.PoisonUsageServiceBus.Disabled</c>.
/// </summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger"/>
public sealed class ServiceBusUsageFunctions(UsageMessageProcessor processor)
{
    private const string Queue = "%AigneHub__UsageQueueName%";

    [Function("SettleUsageServiceBus")]
    public Task SettleUsage(
        [ServiceBusTrigger(Queue, Connection = ServiceBusSettings.Connection)] string message, CancellationToken cancellationToken) =>
        processor.SettleAsync(message, cancellationToken);

    /// <seealso href="https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues#path-to-the-dead-letter-queue"/>
    [Function("PoisonUsageServiceBus")]
    public Task PoisonUsage(
        [ServiceBusTrigger(Queue + "/$deadletterqueue", Connection = ServiceBusSettings.Connection)] string message,
        CancellationToken cancellationToken) =>
        processor.PoisonAsync(message, cancellationToken);
}
