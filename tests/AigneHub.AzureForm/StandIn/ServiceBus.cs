// The sending side of the Service Bus client library.
// https://learn.microsoft.com/dotnet/api/azure.messaging.servicebus
using Azure.Core;
#pragma warning disable CA1816 // Declarations only.

namespace Azure.Messaging.ServiceBus;

/// <summary>https://learn.microsoft.com/dotnet/api/azure.messaging.servicebus.servicebusclient</summary>
public class ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential) : IAsyncDisposable
{
    public virtual ServiceBusSender CreateSender(string queueOrTopicName) =>
        throw new NotSupportedException($"{fullyQualifiedNamespace} {credential}");

    public virtual ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <summary>https://learn.microsoft.com/dotnet/api/azure.messaging.servicebus.servicebussender</summary>
public class ServiceBusSender : IAsyncDisposable
{
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public virtual ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <summary>https://learn.microsoft.com/dotnet/api/azure.messaging.servicebus.servicebusmessage</summary>
public class ServiceBusMessage(ReadOnlyMemory<byte> body)
{
    public ReadOnlyMemory<byte> Bytes { get; } = body;

    public string MessageId { get; set; } = "";

    public string ContentType { get; set; } = "";
}

/// <summary>https://learn.microsoft.com/dotnet/api/azure.messaging.servicebus.servicebusexception</summary>
public class ServiceBusException : Exception
{
    private ServiceBusException()
    {
    }
}
