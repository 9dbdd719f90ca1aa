using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage;

/// <summary>Deletes what nobody needs any more.</summary>
internal static class OldRows
{
    /// <summary>Deletes the rows that were written before a moment; returns how many that were.</summary>
    public static async Task<int> DeleteOldAsync(this TableClient table, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // The whole table, once a night. The rows come by partition.
        var old = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"Timestamp lt {before}"), select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken);
        return await table.DeleteAllAsync(StorageCall.RowsAsync(old, cancellationToken), cancellationToken);
    }

    /// <summary>Deletes rows that come by partition, with their keys; returns how many that were.</summary>
    internal static async Task<int> DeleteAllAsync(
        this TableClient table, IAsyncEnumerable<TableEntity> all, CancellationToken cancellationToken)
    {
        var deleted = 0;
        List<TableEntity> rows = new(TableBatch.RowsMax);
        await foreach (var row in all.WithCancellation(cancellationToken))
        {
            if (rows.Count == TableBatch.RowsMax || (rows.Count > 0 && rows[0].PartitionKey != row.PartitionKey))
            {
                deleted += await table.DeleteAsync(rows, cancellationToken);
            }

            rows.Add(row);
        }

        return deleted + await table.DeleteAsync(rows, cancellationToken);
    }

    /// <summary>Deletes rows of one partition, and empties the list.</summary>
    internal static async Task<int> DeleteAsync(this TableClient table, List<TableEntity> rows, CancellationToken cancellationToken)
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
            await StorageCall.RunAsync(() => batch.SubmitAsync(table, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException failed) when (failed.Status == 404)
        {
            // One was deleted meanwhile, and with it the transaction fails; alone, a row that is gone is no failure.
            foreach (var row in all)
            {
                await StorageCall.RunAsync(
                    () => table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken), cancellationToken);
            }
        }

        return all.Length;
    }
}
