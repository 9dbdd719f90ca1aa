namespace AigneHub.Core.Pricing;

/// <summary>A rate that changes with the size of the prompt.</summary>
/// <param name="Above">The tier holds for the whole call when its prompt tokens (all input kinds together) exceed this.</param>
/// <param name="Rate">Nano per 1,000,000 units.</param>
public readonly record struct RateTier(long Above, long Rate);

/// <summary>The price of one unit kind of one model.</summary>
/// <param name="Base">Nano per 1,000,000 units.</param>
/// <param name="Tiers">Ascending by <see cref="RateTier.Above"/>; empty for most models.</param>
public sealed record Rate(long Base, IReadOnlyList<RateTier> Tiers);

/// <summary>The prices of one model by unit kind.</summary>
public sealed class ModelRates
{
    private readonly Rate?[] _byKind = new Rate?[UnitKinds.Count];

    public ModelRates(IReadOnlyDictionary<UnitKind, Rate> rates)
    {
        foreach (var (kind, rate) in rates)
        {
            _byKind[(int)kind] = rate;
        }
    }

    /// <summary>The published rate of a kind; null when the source has none.</summary>
    public Rate? this[UnitKind kind] => _byKind[(int)kind];
}
