using AigneHub.LocalRuntime.Invocation;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace AigneHub.LocalRuntime.Queues;

/// <summary>A trigger's queue and the poison queue beside it.</summary>
/// <param name="Poison">Null for a queue that is itself a poison queue: its messages are tried until they succeed.</param>
internal sealed record QueueConnection(QueueClient Queue, QueueClient? Poison)
{
    private const string PoisonSuffix = "-poison";
    private const int NameCharactersMax = 63;

    public static QueueConnection Open(FunctionDefinition function, QueueTriggerAttribute trigger, IConfiguration configuration)
    {
        Invoker.CheckParameters(function, typeof(string), typeof(BinaryData));
        var connection = ConnectionString(function.Name, trigger.Connection ?? "AzureWebJobsStorage", configuration);
        var name = SettingReference.Resolve(function.Name, trigger.QueueName, configuration);
        // Short retries: the pump itself backs off and goes on.
        var options = new QueueClientOptions();
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(15);
        try
        {
            var service = new QueueServiceClient(connection, options);
            var hasPoison = !name.EndsWith(PoisonSuffix, StringComparison.Ordinal)
                && name.Length + PoisonSuffix.Length <= NameCharactersMax;
            return new QueueConnection(
                service.GetQueueClient(name), hasPoison ? service.GetQueueClient(name + PoisonSuffix) : null);
        }
        catch (FormatException e)
        {
            throw LocalStartupException.Refuse(function.Name, $"its connection string is not valid: {e.Message}");
        }
    }

    private static string ConnectionString(string function, string setting, IConfiguration configuration)
    {
        // The host looks for the name with its own prefix first.
        foreach (var key in (string[])["AzureWebJobs" + setting, setting])
        {
            var section = configuration.GetSection(key);
            if (!string.IsNullOrEmpty(section.Value))
                return section.Value;
            if (section.GetChildren().Any(child => child.Value is not null))
                throw LocalStartupException.Refuse(
                    function, $"setting '{setting}' must be a connection string: identities are not supported locally.");
        }

        throw LocalStartupException.Refuse(function, $"its connection setting '{setting}' is missing.");
    }
}
