using AigneHub.Core.Keys;
using AigneHub.Core.Limits;
using Azure.Data.Tables;

namespace AigneHub.Storage.Limits;

/// <summary>The table <c>limits</c>: a row for each subject, in a partition of its own.</summary>
internal sealed class TableLimitStore(StorageClients clients) : ILimitStore
{
    private TableClient Table => clients.Table(TableKeys.Limits);

    public Task<LimitView> ReadAsync(string subject, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async () =>
        {
            var found = await Table.GetEntityIfExistsAsync<TableEntity>(
                TableKeys.LimitsPartition(subject), TableKeys.LimitMinute, cancellationToken: cancellationToken);
            var readAt = found.GetRawResponse().Headers.Date ?? throw new InvalidDataException("Storage answered without a Date.");
            return new LimitView(
                found.HasValue ? new Versioned<LimitUse>(Read(found.Value!), found.Value!.ETag.ToString()) : null, readAt);
        },
        cancellationToken);

    public Task<bool> TryWriteAsync(string subject, LimitUse use, string? etag, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.LimitsPartition(subject), TableKeys.LimitMinute)
        {
            ["Window"] = use.Window,
            ["Requests"] = use.Requests,
            ["Tokens"] = use.Tokens,
            ["Instances"] = use.Instances,
            ["InstancesBefore"] = use.InstancesBefore,
        };
        return etag is null ? Table.TryAddAsync(row, cancellationToken) : Table.TryReplaceAsync(row, etag, cancellationToken);
    }

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Table.DeleteOldAsync(now - LimitUse.Age, cancellationToken);

    private static LimitUse Read(TableEntity row) => new(
        row.GetInt64("Window")!.Value, row.GetInt64("Requests")!.Value, row.GetInt64("Tokens")!.Value,
        row.GetInt32("Instances")!.Value, row.GetInt32("InstancesBefore")!.Value);
}
