using AigneHub.Core.Pricing;
using Azure.Data.Tables;

namespace AigneHub.Storage.Pricing;

/// <summary>The table <c>ratecards</c>: one row a version of a card or an uploaded catalogue, never changed.</summary>
internal sealed class TableRateCardStore(StorageClients clients) : IRateCardStore
{
    private const int PackedBytesMax = 900 * 1024; // A row holds 1 MiB.
    private const string Content = "Content";

    private TableClient Table => clients.Table(TableKeys.RateCards);

    public Task PutAsync(RateCard card, CancellationToken cancellationToken) =>
        PutAsync(card.Version, TableKeys.RateCard, card.Content, cancellationToken);

    public Task<byte[]?> FindAsync(string version, CancellationToken cancellationToken) =>
        FindAsync(version, TableKeys.RateCard, cancellationToken);

    public Task PutCatalogueAsync(string version, ReadOnlyMemory<byte> document, CancellationToken cancellationToken) =>
        PutAsync(version, TableKeys.Catalogue, document, cancellationToken);

    public Task<byte[]?> FindCatalogueAsync(string version, CancellationToken cancellationToken) =>
        FindAsync(version, TableKeys.Catalogue, cancellationToken);

    /// <summary>False when it is kept: then it has the same content.</summary>
    private Task<bool> PutAsync(string version, string kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var packed = GzipColumns.Pack(content.Span);
        if (packed.Length > PackedBytesMax)
        {
            throw new ArgumentException($"The {kind} has {packed.Length} compressed bytes.", nameof(content));
        }

        var row = new TableEntity(version, kind);
        GzipColumns.Set(row, Content, packed);
        return Table.TryAddAsync(row, cancellationToken);
    }

    private Task<byte[]?> FindAsync(string version, string kind, CancellationToken cancellationToken) => Table.FindAsync(
        version, kind, row => GzipColumns.Unpack(GzipColumns.Get(row, Content)!), cancellationToken);
}
