using System.Collections.Concurrent;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AigneHub.Storage;

/// <summary>The clients of one storage account, made when first used; thread-safe.</summary>
internal sealed class StorageClients
{
    private readonly StorageOptions _options;
    private readonly Lazy<TokenCredential> _credential;
    private readonly Lazy<TableServiceClient> _tables;
    private readonly Lazy<QueueServiceClient> _queues;
    private readonly Lazy<BlobContainerClient> _archive;
    private readonly ConcurrentDictionary<string, TableClient> _byName = new(StringComparer.Ordinal);

    public StorageClients(StorageOptions options)
    {
        _options = options;
        _credential = new Lazy<TokenCredential>(() => EntraCredential.Create(_options.ManagedIdentityClientId));
        _tables = new Lazy<TableServiceClient>(CreateTables);
        _queues = new Lazy<QueueServiceClient>(CreateQueues);
        _archive = new Lazy<BlobContainerClient>(() => CreateBlobs().GetBlobContainerClient(_options.ArchiveContainer));
    }

    public TableServiceClient Tables => _tables.Value;

    public QueueClient UsageQueue => _queues.Value.GetQueueClient(_options.UsageQueueName);

    public QueueClient UsagePoisonQueue => _queues.Value.GetQueueClient(_options.UsageQueueName + "-poison");

    public BlobContainerClient Archive => _archive.Value;

    public TableClient Table(string name) =>
        _byName.GetOrAdd(name, static (table, self) => self.Tables.GetTableClient(self._options.TablePrefix + table), this);

    private TableServiceClient CreateTables()
    {
        var options = Bounded(new TableClientOptions());
        return _options switch
        {
            { ConnectionString: { } connection } => new TableServiceClient(connection, options),
            { TableServiceUri: { } address } => new TableServiceClient(address, _credential.Value, options),
            _ => throw new InvalidOperationException("Neither ConnectionString nor TableServiceUri is set."),
        };
    }

    private QueueServiceClient CreateQueues()
    {
        // Base64 is what the Functions host expects of a queue's text.
        var options = Bounded(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        return _options switch
        {
            { ConnectionString: { } connection } => new QueueServiceClient(connection, options),
            { QueueServiceUri: { } address } => new QueueServiceClient(address, _credential.Value, options),
            _ => throw new InvalidOperationException("Neither ConnectionString nor QueueServiceUri is set."),
        };
    }

    private BlobServiceClient CreateBlobs()
    {
        var options = Bounded(new BlobClientOptions());
        return _options switch
        {
            { ConnectionString: { } connection } => new BlobServiceClient(connection, options),
            { BlobServiceUri: { } address } => new BlobServiceClient(address, _credential.Value, options),
            _ => throw new InvalidOperationException("Neither ConnectionString nor BlobServiceUri is set."),
        };
    }

    private T Bounded<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = Math.Max(0, _options.TriesMax - 1);
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(_options.NetworkTimeoutSeconds);
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        return options;
    }
}
