using AigneHub.Core.Keys;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage;

/// <summary>Single rows of a table, with expected failures as results.</summary>
internal static class TableRows
{
    /// <summary>Null when there is no such row, which is so for what no row can be named (ids come from callers).</summary>
    public static Task<T?> FindAsync<T>(
        this TableClient table, string partition, string row, Func<TableEntity, T> read, CancellationToken cancellationToken)
        where T : class => !TableKeys.CanBeKey(row)
        ? Task.FromResult<T?>(null)
        : StorageCall.RunAsync(
            async () =>
            {
                var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellationToken);
                return found.HasValue ? read(found.Value!) : null;
            },
            cancellationToken);

    /// <summary>The row with the version that <see cref="TryReplaceAsync"/> must name.</summary>
    public static Task<Versioned<T>?> FindVersionedAsync<T>(
        this TableClient table, string partition, string row, Func<TableEntity, T> read, CancellationToken cancellationToken) =>
        table.FindAsync(
            partition, row, found => new Versioned<T>(read(found), found.ETag.ToString()), cancellationToken);

    /// <summary>False when the row exists.</summary>
    public static Task<bool> TryAddAsync(this TableClient table, TableEntity row, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            async () =>
            {
                try
                {
                    await table.AddEntityAsync(row, cancellationToken);
                    return true;
                }
                catch (RequestFailedException failed) when (failed.Status == 409)
                {
                    return false;
                }
            },
            cancellationToken);

    /// <summary>False when the row is gone or another version is stored.</summary>
    public static Task<bool> TryReplaceAsync(
        this TableClient table, TableEntity row, string etag, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            async () =>
            {
                try
                {
                    await table.UpdateEntityAsync(row, new ETag(etag), TableUpdateMode.Replace, cancellationToken);
                    return true;
                }
                catch (RequestFailedException failed) when (failed.Status is 404 or 412)
                {
                    return false;
                }
            },
            cancellationToken);

    /// <summary>A partition's rows after those of the last page.</summary>
    /// <param name="only">A further condition in OData; null = none.</param>
    /// <exception cref="Core.Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    public static async Task<(IReadOnlyList<TableEntity> Rows, string? Continuation)> PageAsync(
        this TableClient table, string partition, string? only, int limit, string? continuation,
        CancellationToken cancellationToken)
    {
        var after = continuation is null ? "" : RowContinuation.Decode(continuation);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after}");
        filter = only is null ? filter : $"{filter} and {only}";
        var query = table.QueryAsync<TableEntity>(filter, Math.Min(limit + 1, 1_000), cancellationToken: cancellationToken);
        var rows = new List<TableEntity>();
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            if (rows.Count == limit)
            {
                return (rows, RowContinuation.Encode(rows[^1].RowKey));
            }

            rows.Add(row);
        }

        return (rows, null);
    }
}
