using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage;

/// <summary>Rows that nobody needs any more.</summary>
internal static class OldRows
{
    /// <summary>
    /// Deletes what was last written before a moment; returns how many rows that were. Reads the whole table: once a night.
    /// </summary>
    public static async Task<int> DeleteAsync(TableClient table, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // The rows come by partition.
        var old = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"Timestamp lt {before}"), select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken);
        var deleted = 0;
        List<TableEntity> rows = new(TableBatch.RowsMax);
        await foreach (var row in StorageCall.RowsAsync(old, cancellationToken))
        {
            if (rows.Count == TableBatch.RowsMax || (rows.Count > 0 && rows[0].PartitionKey != row.PartitionKey))
            {
                deleted += await DeleteAsync(table, rows, cancellationToken);
            }

            rows.Add(row);
        }

        return deleted + await DeleteAsync(table, rows, cancellationToken);
    }

    /// <param name="rows">Of one partition; emptied.</param>
    internal static async Task<int> DeleteAsync(TableClient table, List<TableEntity> rows, CancellationToken cancellationToken)
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
