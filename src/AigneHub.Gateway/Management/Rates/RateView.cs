using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Configuration;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>The prices in force, as administrators see them: with their costs, and what they were made of.</summary>
internal sealed class RateView(ConfigurationInForce inForce)
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private readonly Dictionary<string, PriceOverrideRecord> _overrides = IsSeller(inForce)
        ? inForce.Prices.Overrides.ToDictionary(own => own.Model, StringComparer.OrdinalIgnoreCase)
        : [];

    /// <summary>By name, ordinal: the models with a cost or a price, and overrides of models that are not there.</summary>
    public IReadOnlyList<RateDocument> All()
    {
        var models = inForce.Snapshot.RateCard.Entries
            .Where(model => model.Costs is not null || model.Rates is not null).Select(Of).ToList();
        var known = models.Select(model => model.Model).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. models.Concat(_overrides.Values.Where(own => !known.Contains(own.Model)).Select(Dormant))
                .OrderBy(rate => rate.Model, StringComparer.Ordinal),
        ];
    }

    public RateDocument Of(ModelEntry model)
    {
        var own = _overrides.GetValueOrDefault(model.FullName);
        var (margin, scope) = inForce.Rules.MarginOf(model);
        var stored = inForce.StoredCosts.GetValueOrDefault(model.FullName);
        var below = inForce.Rules.BelowCost(model.Rates, model.Costs);
        var drift = DriftOf(model, own, stored);
        return new RateDocument(
            model.FullName, model.Name,
            own is not null ? PriceSource.Override : IsSeller(inForce) ? PriceSource.Margin : PriceSource.Cost,
            IsSeller(inForce) ? margin.ToString() : null, scope, stored is null ? CostSource.Catalogue : CostSource.Stored,
            RateChangeDocument.TextsOf(RateLines.Of(model.Costs)), RateChangeDocument.TextsOf(RateLines.Of(model.Rates)),
            below.Count == 0 ? null : below, drift.Count == 0 ? null : [.. drift.Select(RateChangeDocument.Of)],
            own?.Reason, own?.UpdatedAt, InForce: true);
    }

    public static RateDocument Dormant(PriceOverrideRecord own) => new(
        own.Model, null, PriceSource.Override, null, null, null, Nothing, RateChangeDocument.TextsOf(own.Prices), null, null,
        own.Reason, own.UpdatedAt, InForce: false);

    /// <summary>What changes when other rules come into force; null where nothing does and nothing is below cost.</summary>
    public static PriceDiff? DiffOf(ModelEntry model, PriceRules rules, ModelRates? costs)
    {
        var price = rules.PriceOf(model, costs);
        var changes = RateChange.Between(RateLines.Of(model.Rates), RateLines.Of(price));
        var below = rules.BelowCost(price, costs);
        return changes.Count + below.Count == 0
            ? null
            : new PriceDiff(model.FullName, [.. changes.Select(RateChangeDocument.Of)], below.Count == 0 ? null : below);
    }

    private static bool IsSeller(ConfigurationInForce inForce) => inForce.Snapshot.Mode == HubMode.Provider;

    /// <summary>An override was made with the costs of its day in view, a stored cost with the catalogue's.</summary>
    private IReadOnlyList<RateChange> DriftOf(ModelEntry model, PriceOverrideRecord? own, ModelRecord? stored)
    {
        var ofPrice = own is null ? [] : RateChange.Between(own.Costs, RateLines.Of(model.Costs));
        return ofPrice.Count == 0 && stored?.CatalogueRates is { } before
            ? RateChange.Between(before, RateLines.Of(inForce.CatalogueCosts.GetValueOrDefault(model.FullName)))
            : ofPrice;
    }
}
