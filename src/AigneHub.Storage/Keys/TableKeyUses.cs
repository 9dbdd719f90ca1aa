using AigneHub.Core.Keys;
using Azure.Data.Tables;

namespace AigneHub.Storage.Keys;

/// <summary>Rows of the table <c>keys</c>, in a partition of their own.</summary>
internal sealed class TableKeyUses(StorageClients clients) : IKeyUses
{
    private const int ParallelReads = 8;
    private const string UsedAt = "UsedAt";

    private TableClient Table => clients.Table(TableKeys.HubKeys);

    public Task NoteAsync(string keyId, DateTimeOffset hour, CancellationToken cancellationToken) => StorageCall.RunAsync(
        () => Table.UpsertEntityAsync(
            new TableEntity(TableKeys.KeyUsesPartition, TableKeys.KeyId(keyId)) { [UsedAt] = hour }, TableUpdateMode.Replace,
            cancellationToken),
        cancellationToken);

    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(
        IReadOnlyList<string> keyIds, CancellationToken cancellationToken)
    {
        var uses = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var some in keyIds.Chunk(ParallelReads))
        {
            var found = await Task.WhenAll(some.Select(id => Table.FindAsync(
                TableKeys.KeyUsesPartition, TableKeys.KeyId(id), row => new Use(id, row.GetDateTimeOffset(UsedAt)!.Value),
                cancellationToken)));
            foreach (var use in found.OfType<Use>())
            {
                uses[use.Id] = use.At;
            }
        }

        return uses;
    }

    private sealed record Use(string Id, DateTimeOffset At);
}
