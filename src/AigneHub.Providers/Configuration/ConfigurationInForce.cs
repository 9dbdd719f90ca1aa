using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Providers.Configuration;

/// <summary>A snapshot, and what became of each stored record in it.</summary>
/// <param name="Version">Of the stored configuration it was made of; empty when there is none.</param>
/// <param name="Providers">States by id.</param>
/// <param name="Credentials">States by id.</param>
/// <param name="Models">States by full name.</param>
/// <param name="Aliases">States by name.</param>
public sealed record ConfigurationInForce(
    HubSnapshot Snapshot,
    string Version,
    IReadOnlyDictionary<string, RecordState> Providers,
    IReadOnlyDictionary<string, RecordState> Credentials,
    IReadOnlyDictionary<string, RecordState> Models,
    IReadOnlyDictionary<string, RecordState> Aliases)
{
    /// <summary>What prices are made by; <see cref="PriceRules.None"/> in Enterprise mode.</summary>
    public PriceRules Rules { get; init; } = PriceRules.None;

    /// <summary>What <see cref="Rules"/> was made of, and the overrides' reasons.</summary>
    public StoredPrices Prices { get; init; } = StoredPrices.None;

    /// <summary>The uploaded catalogue; null: the built-in one is in force.</summary>
    public PriceCatalogue? Catalogue { get; init; }

    /// <summary>Of models whose costs are stored, by full name.</summary>
    public IReadOnlyDictionary<string, ModelRecord> StoredCosts { get; init; } = new Dictionary<string, ModelRecord>();

    /// <summary>What the catalogue has for a stored model; null where it doesn't know it or has no price.</summary>
    public IReadOnlyDictionary<string, ModelRates?> CatalogueCosts { get; init; } = new Dictionary<string, ModelRates?>();
}
