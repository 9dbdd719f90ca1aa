using AigneHub.Core;
using AigneHub.Core.Usage;
using Azure.Identity;
using Azure.Messaging.ServiceBus;

namespace AigneHub.Functions.Azure;

/// <summary>The usage queue on Service Bus. With duplicate detection, what is sent twice is dropped by its message id.</summary>
/// <seealso href="https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection"/>
#pragma warning disable CA1711 // It is a queue.
internal sealed class ServiceBusUsageQueue(ServiceBusSender sender) : IUsageQueue
#pragma warning restore CA1711
{
    public async Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken)
    {
        try
        {
            await sender.SendMessageAsync(
                new ServiceBusMessage(message) { MessageId = messageId, ContentType = "application/json" }, cancellationToken);
        }
        catch (Exception e) when (e is ServiceBusException or AuthenticationFailedException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException("Service Bus did not take a usage message.", e);
        }
    }
}
