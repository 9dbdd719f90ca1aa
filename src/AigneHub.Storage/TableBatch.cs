using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage;

/// <summary>
/// One entity group transaction with the service's limits checked here, because Azurite lets some of them pass: one
/// partition, 100 rows, each once, 4 MiB.
/// https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
/// </summary>
internal sealed class TableBatch(string partition)
{
    public const int BytesMax = 4 * 1024 * 1024;
    public const int RowsMax = 100;
    private const int RowOverheadBytes = 600; // Part headers and the row's keys.
    private const int ColumnOverheadBytes = 60; // Name, type annotation, punctuation.
    private readonly List<TableTransactionAction> _actions = [];
    private readonly HashSet<string> _rows = new(StringComparer.Ordinal);

    /// <summary>An upper bound of what is sent.</summary>
    public long Bytes { get; private set; }

    public void Add(TableEntity entity) => Append(TableTransactionActionType.Add, entity, default);

    public void Upsert(TableEntity entity) => Append(TableTransactionActionType.UpsertReplace, entity, default);

    public void Replace(TableEntity entity, ETag etag) => Append(TableTransactionActionType.UpdateReplace, entity, etag);

    public void Delete(string row) => Delete(row, ETag.All);

    public void Delete(string row, ETag etag) =>
        Append(TableTransactionActionType.Delete, new TableEntity(partition, row), etag);

    /// <summary>Answers one for each row, in order.</summary>
    /// <exception cref="InvalidOperationException">A limit is broken; nothing is sent.</exception>
    public Task<Response<IReadOnlyList<Response>>> SubmitAsync(TableClient table, CancellationToken cancellationToken) =>
        Bytes > BytesMax
        ? throw new InvalidOperationException($"A transaction of {Bytes} bytes.")
        : table.SubmitTransactionAsync(_actions, cancellationToken);

    private void Append(TableTransactionActionType type, TableEntity entity, ETag etag)
    {
        if (entity.PartitionKey != partition)
        {
            throw new InvalidOperationException("A transaction over two partitions.");
        }

        if (!_rows.Add(entity.RowKey))
        {
            throw new InvalidOperationException("A transaction with a row twice.");
        }

        if (_actions.Count == RowsMax)
        {
            throw new InvalidOperationException("A transaction of more than 100 rows.");
        }

        Bytes += RowOverheadBytes + 2L * (entity.PartitionKey.Length + entity.RowKey.Length);
        foreach (var (_, value) in entity)
        {
            Bytes += ColumnOverheadBytes + value switch
            {
                string text => Escaped(text),
                byte[] bytes => (bytes.Length + 2L) / 3 * 4,
                _ => 40,
            };
        }

        _actions.Add(new TableTransactionAction(type, entity, etag));
    }

    // What System.Text.Json makes of it at most: \uXXXX for quotes and everything outside ASCII.
    private static long Escaped(string text)
    {
        var bytes = 0L;
        foreach (var c in text)
        {
            bytes += char.IsAsciiLetterOrDigit(c) ? 1 : 6;
        }

        return bytes;
    }
}
