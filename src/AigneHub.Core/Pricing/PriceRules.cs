using System.Diagnostics.CodeAnalysis;
using AigneHub.Core.Routing;

namespace AigneHub.Core.Pricing;

/// <summary>
/// How unit costs become the prices of a hub that sells its calls. A model's margin wins over its provider's, that over the one
/// for all; an override wins over any margin, kind by kind. A hub that sells nothing charges the costs themselves.
/// </summary>
public sealed class PriceRules
{
    /// <summary>The scope of a margin for all models.</summary>
    public const string Everything = "*";

    private readonly Dictionary<string, Margin> _margins;
    private readonly Dictionary<string, ModelRates> _overrides;

    /// <param name="margins">By scope: <see cref="Everything"/>, a provider's id, or <c>provider/model</c>; case doesn't matter.</param>
    /// <param name="overrides">By <c>provider/model</c>: nano-credits per 1,000,000 units.</param>
    public PriceRules(
        IReadOnlyDictionary<string, Margin> margins, CreditPrices creditPrices, IReadOnlyDictionary<string, ModelRates> overrides)
    {
        _margins = new Dictionary<string, Margin>(margins, StringComparer.OrdinalIgnoreCase);
        _overrides = new Dictionary<string, ModelRates>(overrides, StringComparer.OrdinalIgnoreCase);
        CreditPrices = creditPrices;
    }

    /// <summary>Prices are the costs: no margin, a credit is one USD.</summary>
    public static PriceRules None { get; } =
        new(new Dictionary<string, Margin>(), CreditPrices.OneUsd, new Dictionary<string, ModelRates>());

    public CreditPrices CreditPrices { get; }

    /// <summary>The margin of a model, and the scope that it comes from; null when no rule speaks of it.</summary>
    public (Margin Margin, string? Scope) MarginOf(ModelEntry model)
    {
        foreach (var scope in (ReadOnlySpan<string>)[model.FullName, model.Provider, Everything])
        {
            if (_margins.TryGetValue(scope, out var margin))
            {
                return (margin, scope);
            }
        }

        return (Margin.None, null);
    }

    public ModelRates? OverrideOf(string fullName) => _overrides.GetValueOrDefault(fullName);

    /// <summary>
    /// The prices of a model with these unit costs; null when it has neither costs nor an override, or one of its prices is too
    /// high to be counted with: then it can't be sold.
    /// </summary>
    /// <param name="costs">Nano-USD per 1,000,000 units.</param>
    /// <returns>Nano-credits per 1,000,000 units.</returns>
    public ModelRates? PriceOf(ModelEntry model, ModelRates? costs)
    {
        var own = OverrideOf(model.FullName);
        if (costs is null)
        {
            return own;
        }

        return !TryApply(costs, MarginOf(model).Margin, out var price) ? null : own is null ? price : price.With(own);
    }

    /// <summary>
    /// The lines of a price list (<see cref="RateName"/>) that are below what the vendor charges for them at some size of a prompt.
    /// </summary>
    /// <param name="price">Nano-credits per 1,000,000 units.</param>
    /// <param name="costs">Nano-USD per 1,000,000 units.</param>
    public IReadOnlyList<string> BelowCost(ModelRates? price, ModelRates? costs)
    {
        List<string> below = [];
        for (var i = 0; i < UnitKinds.Count && price is not null && costs is not null; i++)
        {
            var kind = (UnitKind)i;
            if (price[kind] is { } asked && PriceLines.RateOf(costs, kind, neverFree: true) is { } paid)
            {
                below.AddRange(asked.Tiers.Concat(paid.Tiers).Select(tier => tier.Above).Prepend(0).Distinct().Order()
                    .Where(above => IsBelow(asked.For(above + 1), paid.For(above + 1)))
                    .Select(above => new RateName(kind, above).ToString()));
            }
        }

        if (price is not null && costs is not null)
        {
            below.AddRange(price.Forms.Concat(costs.Forms).Select(form => form.Key).Distinct()
                .Where(key => FormOf(price, key) is { } asked && FormOf(costs, key) is { } paid && IsBelow(asked, paid))
                .Select(key => key.ToString()));
        }

        return below;
    }

    private static long? FormOf(ModelRates rates, RateKey key)
    {
        foreach (var form in rates.Forms)
        {
            if (form.Key == key)
            {
                return form.Rate;
            }
        }

        return rates[key.Kind]?.Base;
    }

    private bool IsBelow(long price, long cost) => Margin.None.Apply(cost, CreditPrices.InUsd) is not { } atCost || price < atCost;

    private bool TryApply(ModelRates costs, Margin margin, [NotNullWhen(true)] out ModelRates? price)
    {
        price = costs;
        if (margin == Margin.None && CreditPrices.InUsd == Nano.PerWhole)
        {
            return true;
        }

        price = costs.TrySelect(cost => margin.Apply(cost, CreditPrices.InUsd));
        return price is not null;
    }
}
