using System.Text;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using Azure.Data.Tables;

namespace AigneHub.Storage.Usage;

/// <summary>The table <c>poison</c>.</summary>
internal sealed class TablePoisonStore(StorageClients clients) : IPoisonStore
{
    private const string Content = "Content";

    private TableClient Table => clients.Table(TableKeys.Poison);

    public Task<bool> AddAsync(PoisonEntry entry, CancellationToken cancellationToken) =>
        Table.TryAddAsync(Row(entry), cancellationToken);

    public Task<Versioned<PoisonEntry>?> FindAsync(string id, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.PoisonPartition, TableKeys.PoisonEntry(id), Entry, cancellationToken);

    public async Task<Page<PoisonEntry>> ListAsync(
        PoisonStatus? status, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var only = status is { } wanted ? TableClient.CreateQueryFilter($"Status eq {wanted.ToString()}") : null;
        var (rows, next) = await Table.PageAsync(TableKeys.PoisonPartition, only, limit, continuation, cancellationToken);
        return new Page<PoisonEntry>([.. rows.Select(Entry)], next);
    }

    public Task<bool> UpdateAsync(PoisonEntry entry, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(entry), etag, cancellationToken);

    private static TableEntity Row(PoisonEntry entry)
    {
        var row = new TableEntity(TableKeys.PoisonPartition, TableKeys.PoisonEntry(entry.Id))
        {
            ["Id"] = entry.Id,
            ["Kind"] = entry.Kind.ToString(),
            ["Reason"] = entry.Reason,
            ["Detail"] = entry.Detail,
            ["Unit"] = entry.Unit,
            ["Home"] = entry.Home,
            ["AddedAt"] = entry.AddedAt,
            ["Status"] = entry.Status.ToString(),
            ["DecidedBy"] = entry.DecidedBy,
            ["DecidedAt"] = entry.DecidedAt,
            ["DropReason"] = entry.DropReason,
        };
        GzipColumns.Set(row, Content, GzipColumns.Pack(Encoding.UTF8.GetBytes(entry.Content)));
        return row;
    }

    private static PoisonEntry Entry(TableEntity row) => new()
    {
        Id = row.GetString("Id"),
        Kind = Enum.Parse<PoisonKind>(row.GetString("Kind")),
        Reason = row.GetString("Reason"),
        Detail = row.GetString("Detail"),
        Unit = row.GetString("Unit"),
        Home = row.GetString("Home"),
        Content = Encoding.UTF8.GetString(GzipColumns.Unpack(GzipColumns.Get(row, Content)!)),
        AddedAt = row.GetDateTimeOffset("AddedAt")!.Value,
        Status = Enum.Parse<PoisonStatus>(row.GetString("Status")),
        DecidedBy = row.GetString("DecidedBy"),
        DecidedAt = row.GetDateTimeOffset("DecidedAt"),
        DropReason = row.GetString("DropReason"),
    };
}
