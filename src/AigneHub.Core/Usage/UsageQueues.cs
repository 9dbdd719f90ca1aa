namespace AigneHub.Core.Usage;

/// <summary>The names of the queues that carry usage, in Azure Storage and in Service Bus alike.</summary>
public static class UsageQueues
{
    public const string Usage = "usage";

    /// <summary>Where the Functions host puts messages that it has given up.</summary>
    public const string UsagePoison = Usage + "-poison";
}
