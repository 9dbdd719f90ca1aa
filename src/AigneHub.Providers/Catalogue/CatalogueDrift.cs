using AigneHub.Core.Pricing;

namespace AigneHub.Providers.Catalogue;

public enum DriftKind
{
    Added,
    Removed,

    /// <summary>Its unit costs changed.</summary>
    Changed,
}

/// <param name="Model"><c>vendor/model</c>.</param>
/// <param name="Rates">Nano-USD per 1,000,000 units, before and after.</param>
public sealed record ModelDrift(string Model, DriftKind Kind, IReadOnlyList<RateChange> Rates);

/// <summary>What another catalogue changes in the unit costs.</summary>
/// <param name="Models">By name, ordinal.</param>
/// <param name="Unchanged">How many models keep their costs.</param>
public sealed record CatalogueDrift(IReadOnlyList<ModelDrift> Models, int Unchanged)
{
    /// <summary>A cost moved by more than ten times, or more than half of the models would go: probably a slip.</summary>
    public bool IsSuspicious => Models.Any(model => model.Kind == DriftKind.Changed && model.Rates.Any(rate => rate.IsSuspicious))
        || 2 * Count(DriftKind.Removed) > Unchanged + Count(DriftKind.Removed) + Count(DriftKind.Changed);

    public int Count(DriftKind kind) => Models.Count(model => model.Kind == kind);

    public static CatalogueDrift Between(PriceCatalogue before, PriceCatalogue after)
    {
        var old = before.Models.ToDictionary(model => model.FullName, StringComparer.OrdinalIgnoreCase);
        var models = new List<ModelDrift>();
        var unchanged = 0;
        foreach (var model in after.Models)
        {
            var isKnown = old.Remove(model.FullName, out var known);
            var rates = RateChange.Between(RateLines.Of(known?.Rates), RateLines.Of(model.Rates));
            if (isKnown && rates.Count == 0)
            {
                unchanged++;
            }
            else
            {
                models.Add(new ModelDrift(model.FullName, isKnown ? DriftKind.Changed : DriftKind.Added, rates));
            }
        }

        models.AddRange(old.Values.Select(gone => new ModelDrift(
            gone.FullName, DriftKind.Removed, RateChange.Between(RateLines.Of(gone.Rates), RateLines.Of(null)))));
        return new CatalogueDrift([.. models.OrderBy(model => model.Model, StringComparer.Ordinal)], unchanged);
    }
}
