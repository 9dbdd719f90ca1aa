using AigneHub.Core.Responses;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Responses;

/// <summary>The table <c>responses</c>: a partition for each account, a row under each response's id.</summary>
internal sealed class TableStoredResponses(StorageClients clients) : IStoredResponses
{
    private const string Provider = "Provider";
    private const string Credential = "Credential";

    private TableClient Table => clients.Table(TableKeys.Responses);

    public Task PutAsync(StoredResponse response, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.ResponsesPartition(response.Account), response.Id)
        {
            [Provider] = response.Provider,
            [Credential] = response.Credential,
        };
        return StorageCall.RunAsync(
            () => Table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken), cancellationToken);
    }

    public Task<StoredResponse?> FindAsync(string account, string id, CancellationToken cancellationToken) => Table.FindAsync(
        TableKeys.ResponsesPartition(account), id,
        row => new StoredResponse(account, id, row.GetString(Provider), row.GetString(Credential)), cancellationToken);

    public Task DeleteAsync(string account, string id, CancellationToken cancellationToken) => StorageCall.RunAsync(
        () => Table.DeleteEntityAsync(TableKeys.ResponsesPartition(account), id, ETag.All, cancellationToken), cancellationToken);

    public async Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The whole table, once a night. The rows come by partition.
        var old = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"Timestamp lt {now - StoredResponse.Age}"), select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken);
        var deleted = 0;
        List<TableEntity> rows = new(TableBatch.RowsMax);
        await foreach (var row in StorageCall.RowsAsync(old, cancellationToken))
        {
            if (rows.Count == TableBatch.RowsMax || (rows.Count > 0 && rows[0].PartitionKey != row.PartitionKey))
            {
                deleted += await DeleteAsync(rows, cancellationToken);
            }

            rows.Add(row);
        }

        return deleted + await DeleteAsync(rows, cancellationToken);
    }

    internal async Task<int> DeleteAsync(List<TableEntity> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        var batch = new TableBatch(rows[0].PartitionKey);
        foreach (var row in rows)
        {
            batch.Delete(row.RowKey);
        }

        TableEntity[] all = [.. rows];
        rows.Clear();
        try
        {
            await StorageCall.RunAsync(() => batch.SubmitAsync(Table, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException failed) when (failed.Status == 404)
        {
            // One was deleted meanwhile, and with it the transaction fails; alone, a row that is gone is no failure.
            foreach (var row in all)
            {
                await StorageCall.RunAsync(
                    () => Table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken), cancellationToken);
            }
        }

        return all.Length;
    }
}
