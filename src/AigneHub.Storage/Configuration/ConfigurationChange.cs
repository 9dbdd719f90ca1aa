using Azure.Data.Tables;

namespace AigneHub.Storage.Configuration;

/// <summary>One write in the making: rows, and the head that goes with them.</summary>
internal sealed class ConfigurationChange
{
    /// <summary>Rows beside the head.</summary>
    public const int RowsMax = Core.Ledger.ILedgerStore.TransactionRowsMax - 1;

    private readonly TableEntity? _before;
    private readonly TableEntity _head = new(TableKeys.ConfigurationPartition, TableKeys.ConfigurationHead);
    private readonly string _write;

    /// <param name="before">The stored head; null before the first write.</param>
    /// <param name="write">The id of this write, the same for all its tries.</param>
    public ConfigurationChange(TableEntity? before, string write)
    {
        _before = before;
        _write = write;
        foreach (var (column, value) in before ?? [])
        {
            if (!column.StartsWith("odata.", StringComparison.Ordinal)
                && column is not ("PartitionKey" or "RowKey" or "Timestamp"))
            {
                _head[column] = value;
            }
        }

        _head[ConfigurationRows.Version] = write;
    }

    public TableBatch Batch { get; } = new(TableKeys.ConfigurationPartition);

    /// <summary>An earlier try of this write got through, and its answer was lost.</summary>
    public bool IsWritten => _before?.GetString(ConfigurationRows.Version) == _write;

    public string? CurrentDataKey
    {
        get => _head.GetString(ConfigurationRows.DataKey);
        set => _head[ConfigurationRows.DataKey] = value;
    }

    /// <summary>A row that knows which write made it.</summary>
    public TableEntity NewRow(string row) =>
        new(TableKeys.ConfigurationPartition, row) { [ConfigurationRows.Write] = _write };

    /// <summary>Whether an earlier try of this write made the row.</summary>
    public bool Made(TableEntity row) => row.GetString(ConfigurationRows.Write) == _write;

    public int Count(string kind) => _head.GetInt32(kind) ?? 0;

    public void Count(string kind, int more) => _head[kind] = Count(kind) + more;

    /// <summary>The batch with the head as its last row.</summary>
    public TableBatch Complete()
    {
        if (_before is null)
        {
            Batch.Add(_head);
        }
        else
        {
            Batch.Replace(_head, _before.ETag);
        }

        return Batch;
    }
}
