namespace AigneHub.Functions.Azure;

/// <summary>Names of the settings that a usage queue on Service Bus needs.</summary>
internal static class ServiceBusSettings
{
    /// <summary>
    /// The connection of triggers and sender, by identity: <c>…__fullyQualifiedNamespace</c>
    /// (<c>NAME.servicebus.windows.net</c>), <c>…__credential</c> (<c>managedidentity</c>) and, for a user-assigned
    /// identity, <c>…__clientId</c>.
    /// </summary>
    /// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus#identity-based-connections"/>
    public const string Connection = "AigneHubServiceBus";

    /// <summary>The queue's name; the setting is <c>AigneHub__UsageQueueName</c> in the environment.</summary>
    public const string QueueName = "AigneHub:UsageQueueName";

    /// <summary><c>StorageQueue</c> (default) or <c>ServiceBus</c>.</summary>
    public const string UsageQueue = "AigneHub:UsageQueue";

    public const string ServiceBus = "ServiceBus";
}
