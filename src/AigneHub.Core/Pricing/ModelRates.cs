namespace AigneHub.Core.Pricing;

/// <summary>A rate that changes with the size of the prompt.</summary>
/// <param name="Above">The tier holds for the whole call when its prompt tokens (all input kinds together) exceed this.</param>
/// <param name="Rate">Nano per 1,000,000 units.</param>
public readonly record struct RateTier(long Above, long Rate);

/// <summary>The price of one unit kind of one model.</summary>
/// <param name="Base">Nano per 1,000,000 units.</param>
/// <param name="Tiers">Ascending by <see cref="RateTier.Above"/>; empty for most models.</param>
public sealed record Rate(long Base, IReadOnlyList<RateTier> Tiers)
{
    /// <summary>A rate that is the same for prompts of every size.</summary>
    public static Rate Flat(long rate) => new(rate, []);

    /// <summary>The rate of a call with this many prompt tokens, all input kinds together.</summary>
    public long For(long promptTokens)
    {
        var rate = Base;
        for (var i = 0; i < Tiers.Count && promptTokens > Tiers[i].Above; i++)
        {
            rate = Tiers[i].Rate;
        }

        return rate;
    }
}

/// <summary>The prices of one model by unit kind.</summary>
public sealed class ModelRates
{
    private readonly Rate?[] _byKind = new Rate?[UnitKinds.Count];

    /// <exception cref="ArgumentException">A negative rate, or tiers that don't ascend.</exception>
    public ModelRates(IReadOnlyDictionary<UnitKind, Rate> rates)
    {
        foreach (var (kind, rate) in rates)
        {
            Set(kind, rate);
        }
    }

    /// <param name="byKind">At the index of each <see cref="UnitKind"/> its rate, or null.</param>
    /// <exception cref="ArgumentException">A negative rate, or tiers that don't ascend.</exception>
    public ModelRates(ReadOnlySpan<Rate?> byKind)
    {
        for (var i = 0; i < byKind.Length; i++)
        {
            if (byKind[i] is { } rate)
            {
                Set((UnitKind)i, rate);
            }
        }
    }

    /// <summary>The published rate of a kind; null when the source has none.</summary>
    public Rate? this[UnitKind kind] => _byKind[(int)kind];

    /// <summary>Whether any kind has a rate.</summary>
    public bool Any => Array.Exists(_byKind, rate => rate is not null);

    private void Set(UnitKind kind, Rate rate)
    {
        var above = -1L;
        for (var i = 0; i < rate.Tiers.Count; i++)
        {
            var tier = rate.Tiers[i];
            if (tier.Above <= above || tier.Rate < 0)
            {
                throw new ArgumentException($"The tiers of {UnitKinds.Name(kind)} must ascend and be at least 0.", nameof(rate));
            }

            above = tier.Above;
        }

        if (rate.Base < 0)
        {
            throw new ArgumentException($"The rate of {UnitKinds.Name(kind)} is negative.", nameof(rate));
        }

        _byKind[(int)kind] = rate;
    }
}
