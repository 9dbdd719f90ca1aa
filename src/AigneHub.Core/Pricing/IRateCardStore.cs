namespace AigneHub.Core.Pricing;

/// <summary>
/// Every rate card that was ever in force, written once under its version: where the prices on old ledger lines came
/// from. And every catalogue that was uploaded. All methods throw <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IRateCardStore
{
    /// <summary>Keeps the card, at most 900 KiB once compressed; nothing happens when it is kept already.</summary>
    Task PutAsync(RateCard card, CancellationToken cancellationToken);

    /// <summary>The <see cref="RateCard.Content"/> that was put; null when there is none of this version.</summary>
    Task<byte[]?> FindAsync(string version, CancellationToken cancellationToken);

    /// <summary>Keeps a catalogue's document, at most 900 KiB once compressed; nothing happens when it is kept already.</summary>
    Task PutCatalogueAsync(string version, ReadOnlyMemory<byte> document, CancellationToken cancellationToken);

    /// <summary>The document that was put; null when there is none of this version.</summary>
    Task<byte[]?> FindCatalogueAsync(string version, CancellationToken cancellationToken);
}
