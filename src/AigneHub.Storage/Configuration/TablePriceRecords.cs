using System.Text.Json;
using AigneHub.Core.Configuration;

namespace AigneHub.Storage.Configuration;

/// <summary>Records that prices depend on, with the history of their changes.</summary>
internal sealed class TablePriceRecords<T>(ConfigurationTable table, RecordKind<T> kind) : TableRecords<T>(table, kind), IPriceRecords<T>
    where T : class
{
    public Task<WriteResult> CreateAsync(T record, PriceChange? change, CancellationToken cancellationToken) =>
        CreateAsync(record, Beside(change), cancellationToken);

    public Task<WriteResult> UpdateAsync(T record, string etag, PriceChange? change, CancellationToken cancellationToken) =>
        UpdateAsync(record, etag, Beside(change), cancellationToken);

    public Task<WriteResult> DeleteAsync(string id, string? etag, PriceChange? change, CancellationToken cancellationToken) =>
        DeleteAsync(id, etag, Beside(change), cancellationToken);

    private static Action<ConfigurationChange>? Beside(PriceChange? change) => change is null
        ? null
        : write =>
        {
            var row = write.NewRow(TableKeys.PriceChange(change.Id));
            GzipColumns.Set(
                row, ConfigurationRows.Content,
                GzipColumns.Pack(JsonSerializer.SerializeToUtf8Bytes(change, ConfigurationJson.TypeOf<PriceChange>())));
            write.Batch.Add(row);
        };
}
