using AigneHub.Core.Usage;
using Azure.Messaging.ServiceBus;

namespace AigneHub.Functions.Azure;

/// <summary>The usage queue on Service Bus. A queue with duplicate detection drops what is sent twice by its message id.</summary>
/// <seealso href="https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection"/>
internal sealed class ServiceBusUsageQueue(ServiceBusSender sender) : IUsageQueue
{
    public Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken) =>
        sender.SendMessageAsync(
            new ServiceBusMessage(message) { MessageId = messageId, ContentType = "application/json" }, cancellationToken);
}
