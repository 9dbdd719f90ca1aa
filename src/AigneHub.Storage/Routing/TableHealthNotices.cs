using System.Text.Json;
using AigneHub.Core.Routing.Health;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Routing;

/// <summary>The table <c>health</c>: one row an instance, all in one partition, so that one query reads them.</summary>
internal sealed class TableHealthNotices(StorageClients clients) : IHealthNotices
{
    private const string Notices = "Notices";

    /// <summary>What an instance tells, bounded so that it fits a row (1 MiB) by far.</summary>
    private const int NoticesMax = 1000;

    private TableClient Table => clients.Table(TableKeys.Health);

    public Task PutAsync(string instance, IReadOnlyList<HealthNotice> notices, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.HealthPartition, instance);
        GzipColumns.Set(row, Notices, GzipColumns.Pack(JsonSerializer.SerializeToUtf8Bytes(notices.Take(NoticesMax).ToArray())));
        return StorageCall.RunAsync(
            () => Table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken), cancellationToken);
    }

    public async Task DeleteAsync(string instance, string? version, CancellationToken cancellationToken)
    {
        try
        {
            await StorageCall.RunAsync(
                () => Table.DeleteEntityAsync(
                    TableKeys.HealthPartition, instance, version is null ? ETag.All : new ETag(version), cancellationToken),
                cancellationToken);
        }
        catch (RequestFailedException failed) when (failed.Status == 412)
        {
            // It has told something since.
        }
    }

    public async Task<IReadOnlyList<InstanceNotices>> ListAsync(CancellationToken cancellationToken)
    {
        List<InstanceNotices> all = [];
        var rows = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.HealthPartition}"), cancellationToken: cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(rows, cancellationToken))
        {
            var notices = GzipColumns.Get(row, Notices) is { } packed
                ? JsonSerializer.Deserialize<HealthNotice[]>(GzipColumns.Unpack(packed))
                : null;
            all.Add(new InstanceNotices(row.RowKey, row.ETag.ToString(), notices ?? []));
        }

        return all;
    }
}
