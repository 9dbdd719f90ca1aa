using System.Text.Json;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Accounts;

/// <summary>The table <c>owners</c>: a partition for each kind, by id.</summary>
internal sealed class TableOwnerStore(StorageClients clients) : IOwnerStore
{
    private const string Content = "Content";

    private TableClient Table => clients.Table(TableKeys.Owners);

    public Task<Versioned<OwnerRecord>?> FindAsync(OwnerKind kind, string id, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.OwnersPartition(kind), id, Read, cancellationToken);

    public async Task<Page<Versioned<OwnerRecord>>> ListAsync(
        OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var (rows, next) = await Table.PageAsync(TableKeys.OwnersPartition(kind), null, limit, continuation, cancellationToken);
        return new Page<Versioned<OwnerRecord>>(
            [.. rows.Select(row => new Versioned<OwnerRecord>(Read(row), row.ETag.ToString()))], next);
    }

    public Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken) =>
        Table.TryAddAsync(Row(owner), cancellationToken);

    public Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(owner), etag, cancellationToken);

    private static TableEntity Row(OwnerRecord owner) => new(TableKeys.OwnersPartition(owner.Kind), owner.Id)
    {
        [Content] = JsonSerializer.Serialize(owner, ConfigurationJson.TypeOf<OwnerRecord>()),
    };

    private static OwnerRecord Read(TableEntity row) =>
        JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<OwnerRecord>())
        ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Owners} can't be read.");
}
