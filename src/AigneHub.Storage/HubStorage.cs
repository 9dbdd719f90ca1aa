using AigneHub.Core;
using Azure.Data.Tables;

namespace AigneHub.Storage;

/// <summary>The storage account as a whole.</summary>
public sealed class HubStorage
{
    private readonly StorageClients _clients;

    internal HubStorage(StorageClients clients) => _clients = clients;

    /// <summary>Makes the tables and queues that are missing.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        var tables = TableKeys.Tables.Select(name => StorageCall.RunAsync(
            async () => await _clients.Table(name).CreateIfNotExistsAsync(cancellationToken) is not null, cancellationToken));
        var queues = new[] { _clients.UsageQueue, _clients.UsagePoisonQueue }.Select(queue => StorageCall.RunAsync(
            async () => await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken) is not null, cancellationToken));
        await Task.WhenAll([.. tables, .. queues]);
    }

    /// <summary>Whether the ledger's table and the usage queue answer: two small reads.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var row = _clients.Table(TableKeys.Ledger).QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {"probe"} and RowKey eq {"probe"}"), 1, ["RowKey"], cancellationToken);
            await foreach (var _ in StorageCall.RowsAsync(row, cancellationToken))
            {
                break;
            }

            return await StorageCall.RunAsync(
                async () => (await _clients.UsageQueue.ExistsAsync(cancellationToken)).Value, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or Azure.RequestFailedException)
        {
            return false;
        }
    }
}
