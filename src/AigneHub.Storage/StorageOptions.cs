using AigneHub.Core.Archive;
using AigneHub.Core.Usage;

namespace AigneHub.Storage;

/// <summary>Where tables, queues and blobs are: a connection string, or addresses and an Entra identity.</summary>
public sealed class StorageOptions
{
    /// <summary>Of a storage account or of Azurite (<c>UseDevelopmentStorage=true</c>). Wins over the addresses.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>E.g. <c>https://name.table.core.windows.net</c>; used without a connection string.</summary>
    public Uri? TableServiceUri { get; set; }

    /// <summary>E.g. <c>https://name.queue.core.windows.net</c>; used without a connection string.</summary>
    public Uri? QueueServiceUri { get; set; }

    /// <summary>E.g. <c>https://name.blob.core.windows.net</c>; used without a connection string. Null: there is no archive.</summary>
    public Uri? BlobServiceUri { get; set; }

    /// <summary>The blob container of archived days.</summary>
    public string ArchiveContainer { get; set; } = new ArchiveOptions().Container;

    /// <summary>Client id of a user-assigned managed identity; without it the default credential chain is used.</summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>Put before every table's name: letters and digits, beginning with a letter. For hubs that share an account.</summary>
    public string TablePrefix { get; set; } = "";

    /// <summary>The queue of usage messages; the host adds <c>-poison</c> for those it gives up.</summary>
    public string UsageQueueName { get; set; } = UsageQueues.Usage;

    /// <summary>Seconds before one try of one request is given up.</summary>
    public int NetworkTimeoutSeconds { get; set; } = 10;

    /// <summary>Tries of one request, the first included.</summary>
    public int TriesMax { get; set; } = 3;
}
