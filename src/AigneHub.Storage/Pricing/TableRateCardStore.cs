using AigneHub.Core.Pricing;
using Azure.Data.Tables;

namespace AigneHub.Storage.Pricing;

/// <summary>The table <c>ratecards</c>: one row a version, never changed.</summary>
internal sealed class TableRateCardStore(StorageClients clients) : IRateCardStore
{
    private const int PackedBytesMax = 900 * 1024; // A row holds 1 MiB.
    private const string Content = "Content";

    private TableClient Table => clients.Table(TableKeys.RateCards);

    public Task PutAsync(RateCard card, CancellationToken cancellationToken)
    {
        var packed = GzipColumns.Pack(card.Content.Span);
        if (packed.Length > PackedBytesMax)
        {
            throw new ArgumentException($"A rate card of {packed.Length} compressed bytes.", nameof(card));
        }

        var row = new TableEntity(card.Version, TableKeys.RateCard);
        GzipColumns.Set(row, Content, packed);
        // One that exists has the same content.
        return Table.TryAddAsync(row, cancellationToken);
    }

    public Task<byte[]?> FindAsync(string version, CancellationToken cancellationToken) => Table.FindAsync(
        version, TableKeys.RateCard, row => GzipColumns.Unpack(GzipColumns.Get(row, Content)!), cancellationToken);
}
