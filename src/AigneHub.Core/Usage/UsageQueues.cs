namespace AigneHub.Core.Usage;

/// <summary>The names of the queues that carry usage, in Azure Storage and in Service Bus alike.</summary>
public static class UsageQueues
{
    public const string Usage = "usage";

    /// <summary>Azure Storage as spans have it, for which OpenTelemetry has no name.</summary>
    public const string StorageSystem = "azure_storage_queue";

    /// <summary>https://opentelemetry.io/docs/specs/semconv/messaging/azure-messaging</summary>
    public const string ServiceBusSystem = "servicebus";

    /// <summary>Where the Functions host puts messages that it has given up.</summary>
    public const string UsagePoison = Usage + "-poison";
}
