using AigneHub.Core.Pricing;

namespace AigneHub.Core.Configuration;

/// <summary>What is stored about prices.</summary>
/// <param name="Rules">Null: no margins, and a credit is one USD.</param>
/// <param name="Catalogue">Null: the one that ships with the hub is in force.</param>
public sealed record StoredPrices(
    PriceRulesRecord? Rules, IReadOnlyList<PriceOverrideRecord> Overrides, CatalogueRecord? Catalogue)
{
    public static StoredPrices None { get; } = new(null, [], null);

    public PriceRules ToRules() => new(
        (Rules?.Margins ?? new Dictionary<string, long>()).ToDictionary(margin => margin.Key, margin => new Margin(margin.Value)),
        Rules is null ? CreditPrices.OneUsd : new CreditPrices(Rules.CreditPrices),
        Overrides.ToDictionary(own => own.Model, own => own.Rates()));
}
