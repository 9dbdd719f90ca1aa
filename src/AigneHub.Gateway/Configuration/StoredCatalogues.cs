using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Gateway.Configuration;

/// <summary>Opens uploaded catalogues, and remembers the last one.</summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed class StoredCatalogues(IRateCardStore store)
{
    private string? _version;
    private PriceCatalogue? _catalogue;

    /// <summary>Null when none is named.</summary>
    /// <exception cref="InvalidDataException">The document is gone, or of another form.</exception>
    public async Task<PriceCatalogue?> OpenAsync(CatalogueRecord? record, CancellationToken cancellationToken)
    {
        if (record?.Version != _version)
        {
            var document = record is null ? null : await store.FindCatalogueAsync(record.Version, cancellationToken)
                ?? throw new InvalidDataException($"The document of the catalogue {record.Version} is gone.");
            _catalogue = document is null ? null : PriceCatalogue.Parse(document);
            _version = record?.Version;
        }

        return _catalogue;
    }
}
