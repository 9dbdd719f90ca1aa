using AigneHub.Core.Usage;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Functions.Azure;

/// <summary>Service Bus as the usage queue.</summary>
internal static class ServiceBusUsageServices
{
    /// <summary>
    /// The connection of sender and triggers, by identity: <c>…__fullyQualifiedNamespace</c>
    /// (<c>NAME.servicebus.windows.net</c>), <c>…__credential</c> (<c>managedidentity</c>, for the triggers) and, for a
    /// user-assigned identity, <c>…__clientId</c>.
    /// </summary>
    /// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus"/>
    public const string Connection = "AigneHubServiceBus";

    /// <summary>
    /// Takes the place of the storage queue when <c>AigneHub__UsageQueue</c> says so; to be called after the hub's own
    /// services, because the last registration wins.
    /// </summary>
    /// <exception cref="SettingsException">The namespace is missing.</exception>
    public static void AddServiceBusUsage(this IServiceCollection services, IConfiguration configuration)
    {
        if (HubComposition.Bind<HubOptions>(configuration, "AigneHub").UsageQueue is not UsageQueueKind.ServiceBus)
            return;

        if (configuration[$"{Connection}:fullyQualifiedNamespace"] is not { Length: > 0 } busNamespace)
            throw new SettingsException($"Set {Connection}__fullyQualifiedNamespace: AigneHub__UsageQueue is ServiceBus.");

        var credential = new DefaultAzureCredentialOptions { ManagedIdentityClientId = configuration[$"{Connection}:clientId"] };
        // One client, so one AMQP connection, for the life of the process.
        services.AddSingleton(_ => new ServiceBusClient(busNamespace, new DefaultAzureCredential(credential)));
        services.AddSingleton(s => s.GetRequiredService<ServiceBusClient>().CreateSender(UsageQueues.Usage));
        services.AddSingleton<IUsageQueue, ServiceBusUsageQueue>();
    }
}
