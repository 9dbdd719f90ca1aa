using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>Where a price comes from.</summary>
internal enum PriceSource
{
    /// <summary>It is the unit cost: the hub sells nothing.</summary>
    Cost,

    /// <summary>The unit cost with its margin, in credits.</summary>
    Margin,

    /// <summary>At least one of its lines was set by hand.</summary>
    Override,
}

/// <summary>Where a unit cost comes from.</summary>
internal enum CostSource
{
    Catalogue,

    /// <summary>A model that is stored with costs of its own.</summary>
    Stored,
}

/// <summary>Which catalogue is in force.</summary>
internal enum CatalogueSource
{
    BuiltIn,
    Uploaded,
}

/// <param name="Before">Whole units per 1,000,000; absent when there was none.</param>
/// <param name="After">Likewise; absent when there is none any more.</param>
/// <param name="Suspicious">True when it moved by more than ten times; else absent.</param>
internal sealed record RateChangeDocument(string Rate, string? Before, string? After, string? Percent, bool? Suspicious)
{
    public static RateChangeDocument Of(RateChange change) => new(
        change.Line, TextOf(change.Before), TextOf(change.After), change.Percent(), change.IsSuspicious ? true : null);

    public static IReadOnlyDictionary<string, string> TextsOf(IReadOnlyDictionary<string, long> lines) =>
        lines.ToDictionary(line => line.Key, line => Nano.ToDecimalString(line.Value));

    private static string? TextOf(long? rate) => rate is { } nano ? Nano.ToDecimalString(nano) : null;
}

/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="Margin">Percent; absent where a margin plays no part.</param>
/// <param name="MarginScope">The rule it comes from; absent: none speaks of the model.</param>
/// <param name="CostPerMillion">Whole USD per 1,000,000 units.</param>
/// <param name="PricePerMillion">Whole credits (USD in Enterprise mode) per 1,000,000 units; empty: no price.</param>
/// <param name="BelowCost">Lines that are sold for less than they cost.</param>
/// <param name="Drift">Unit costs that changed since an administrator set the price or the cost.</param>
/// <param name="InForce">False for an override of a model that is not there.</param>
internal sealed record RateDocument(
    string Model, string? Name, PriceSource Source, string? Margin, string? MarginScope, CostSource? CostSource,
    IReadOnlyDictionary<string, string> CostPerMillion, IReadOnlyDictionary<string, string> PricePerMillion,
    IReadOnlyList<string>? BelowCost, IReadOnlyList<RateChangeDocument>? Drift, string? Reason, DateTimeOffset? UpdatedAt, bool InForce);

/// <summary>What is named changes, null takes it away, what is absent stays.</summary>
/// <param name="Margins">Percent by scope: <c>*</c>, a provider's id, <c>provider/model</c>.</param>
/// <param name="CreditPrices">What a credit costs, by currency.</param>
/// <param name="Reason">Why; 1 to 200 characters. Not needed by a dry run.</param>
internal sealed record UpdateMarginsRequest(
    IReadOnlyDictionary<string, string?>? Margins = null, IReadOnlyDictionary<string, string?>? CreditPrices = null,
    string? Reason = null);

internal sealed record MarginsDocument(
    IReadOnlyDictionary<string, string> Margins, IReadOnlyDictionary<string, string> CreditPrices, DateTimeOffset? UpdatedAt);

/// <param name="Rates">The prices that change.</param>
/// <param name="BelowCost">Lines that are sold for less than they cost then.</param>
internal sealed record PriceDiff(string Model, IReadOnlyList<RateChangeDocument> Rates, IReadOnlyList<string>? BelowCost);

/// <param name="Changed">Models whose prices change.</param>
/// <param name="Items">Those, and the ones sold below cost, by name; at most 2,000.</param>
internal sealed record MarginsReport(
    bool DryRun, MarginsDocument Rules, int Changed, int Unchanged, IReadOnlyList<string> Warnings, IReadOnlyList<PriceDiff> Items);

/// <param name="PricePerMillion">Whole credits per 1,000,000 units, by unit kind, form or tier.</param>
internal sealed record PutOverrideRequest(IReadOnlyDictionary<string, string> PricePerMillion, string? Reason = null);

/// <param name="Rate">The model as it is sold now.</param>
/// <param name="OverridePerMillion">What was set by hand, as stored.</param>
internal sealed record OverrideDocument(
    RateDocument Rate, IReadOnlyDictionary<string, string> OverridePerMillion, IReadOnlyList<string> Warnings);

internal sealed record CatalogueModelDrift(string Model, DriftKind Change, IReadOnlyList<RateChangeDocument> Rates);

/// <param name="BelowCost">Overrides that would be below the unit cost.</param>
/// <param name="Items">By name; at most 2,000.</param>
internal sealed record DriftDocument(
    int Added, int Removed, int Changed, int Unchanged, bool Suspicious, IReadOnlyList<PriceDiff> BelowCost,
    IReadOnlyList<CatalogueModelDrift> Items)
{
    public const int ItemsMax = 2_000;

    public static DriftDocument Of(CatalogueDrift drift, IReadOnlyList<PriceDiff> belowCost) => new(
        drift.Count(DriftKind.Added), drift.Count(DriftKind.Removed), drift.Count(DriftKind.Changed), drift.Unchanged,
        drift.IsSuspicious, belowCost,
        [
            .. drift.Models.Take(ItemsMax)
                .Select(model => new CatalogueModelDrift(model.Model, model.Kind, [.. model.Rates.Select(RateChangeDocument.Of)])),
        ]);
}

/// <param name="Drift">What taking the uploaded catalogue away would change; absent when the built-in one is in force.</param>
internal sealed record CatalogueDocument(
    CatalogueSource Source, string AsOf, string? Version, int Models, DateTimeOffset? UpdatedAt, string BuiltInAsOf, DriftDocument? Drift);

/// <param name="Version">Of the document that was sent.</param>
internal sealed record CatalogueReport(bool DryRun, string AsOf, string Version, int Models, DriftDocument Drift);

/// <param name="At">UTC.</param>
/// <param name="Key">The id of the administrator's key.</param>
internal sealed record PriceChangeDocument(
    string Id, DateTimeOffset At, string Key, string RequestId, PriceChangeKind Kind, string? Subject, string? Reason,
    IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> After)
{
    public static PriceChangeDocument Of(PriceChange change) => new(
        change.Id.ToString("N"), Core.HubIds.TimeOf(change.Id), change.Key, change.RequestId, change.Kind, change.Subject,
        change.Reason, change.Before, change.After);
}
