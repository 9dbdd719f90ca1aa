using System.Text.Json;
using AigneHub.Core.Keys;
using AigneHub.Core.Notices;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Notices;

/// <summary>The table <c>notices</c>: one partition, newest first; what is to be done has its time in a column.</summary>
internal sealed class TableNoticeStore(StorageClients clients) : INoticeStore
{
    private const string Content = "Content";
    private const string NextAt = "NextAt";

    private TableClient Table => clients.Table(TableKeys.Notices);

    public Task<bool> AddAsync(NoticeRecord notice, CancellationToken cancellationToken) =>
        Table.TryAddAsync(Row(notice), cancellationToken);

    public Task<Versioned<NoticeRecord>?> FindAsync(string id, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.NoticesPartition, TableKeys.Notice(id), Read, cancellationToken);

    public async Task<Page<NoticeRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken)
    {
        var (rows, next) = await Table.PageAsync(TableKeys.NoticesPartition, null, limit, continuation, cancellationToken);
        return new Page<NoticeRecord>([.. rows.Select(Read)], next);
    }

    public async Task<IReadOnlyList<Versioned<NoticeRecord>>> ListDueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var only = TableClient.CreateQueryFilter($"NextAt le {now}");
        var (rows, _) = await Table.PageAsync(TableKeys.NoticesPartition, only, limit, null, cancellationToken);
        return [.. rows.Select(row => new Versioned<NoticeRecord>(Read(row), row.ETag.ToString()))];
    }

    public Task<bool> ReplaceAsync(NoticeRecord notice, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(notice), etag, cancellationToken);

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"Timestamp lt {now - NoticeRecord.Age}"), select: ["PartitionKey", "RowKey", NextAt],
            cancellationToken: cancellationToken);
        return Table.DeleteAllAsync(
            StorageCall.RowsAsync(old, cancellationToken).Where(row => row.GetDateTimeOffset(NextAt) is null), cancellationToken);
    }

    private static TableEntity Row(NoticeRecord notice) => new(TableKeys.NoticesPartition, TableKeys.Notice(notice.Id))
    {
        [Content] = JsonSerializer.Serialize(notice, ConfigurationJson.TypeOf<NoticeRecord>()),
        [NextAt] = notice.NextAt,
    };

    private static NoticeRecord Read(TableEntity row) =>
        JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<NoticeRecord>())
        ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Notices} can't be read.");
}
