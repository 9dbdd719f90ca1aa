using AigneHub.Core.Usage;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Functions.Azure;

internal static class ServiceBusUsageQueueServices
{
    /// <summary>
    /// Makes Service Bus the usage queue when <see cref="ServiceBusSettings.UsageQueue"/> says so; call it after the
    /// services that register the storage queue, because the last registration wins.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting that is needed then is missing.</exception>
    public static void AddServiceBusUsageQueue(this IServiceCollection services, IConfiguration configuration)
    {
        if (!string.Equals(
            configuration[ServiceBusSettings.UsageQueue], ServiceBusSettings.ServiceBus, StringComparison.OrdinalIgnoreCase))
            return;

        var @namespace = Required(configuration, $"{ServiceBusSettings.Connection}:fullyQualifiedNamespace");
        var queue = Required(configuration, ServiceBusSettings.QueueName);
        var clientId = configuration[$"{ServiceBusSettings.Connection}:clientId"];
        // One client, so one AMQP connection, for the life of the process; the container disposes both.
        services.AddSingleton(_ => new ServiceBusClient(
            @namespace, new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId })));
        services.AddSingleton(provider => provider.GetRequiredService<ServiceBusClient>().CreateSender(queue));
        services.AddSingleton<IUsageQueue, ServiceBusUsageQueue>();
    }

    private static string Required(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException(
                $"Setting {key.Replace(":", "__", StringComparison.Ordinal)} is missing; "
                + "AigneHub__UsageQueue=ServiceBus needs it.");
}
