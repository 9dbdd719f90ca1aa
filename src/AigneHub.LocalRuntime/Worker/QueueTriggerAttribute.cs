namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Runs a function for each message of a storage queue. Name and shape are those of the isolated worker's attribute.
/// </summary>
/// <param name="queueName">The queue, or <c>%Setting%</c>.</param>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger"/>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    /// <summary>The setting that holds the connection string; null means <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
