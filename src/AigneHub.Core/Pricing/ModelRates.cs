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

    /// <summary>The highest rate of a call with at most this many prompt tokens.</summary>
    public long DearestUpTo(long promptTokens)
    {
        var rate = Base;
        for (var i = 0; i < Tiers.Count && promptTokens > Tiers[i].Above; i++)
        {
            rate = Math.Max(rate, Tiers[i].Rate);
        }

        return rate;
    }
}

/// <summary>The prices of one model by unit kind, and by quality and size of what it returns.</summary>
public sealed class ModelRates
{
    private readonly Rate?[] _byKind = new Rate?[UnitKinds.Count];
    private readonly SortedList<string, (RateKey Key, long Rate)>? _forms;

    /// <exception cref="ArgumentException">A negative rate, or tiers that don't ascend.</exception>
    public ModelRates(IReadOnlyDictionary<UnitKind, Rate> rates)
    {
        foreach (var (kind, rate) in rates)
        {
            Set(kind, rate);
        }
    }

    /// <summary>Rates that are the same for prompts of every size.</summary>
    /// <exception cref="ArgumentException">A negative rate.</exception>
    public ModelRates(IReadOnlyDictionary<RateKey, long> rates)
        : this(default, rates)
    {
    }

    /// <param name="byKind">At the index of each <see cref="UnitKind"/> its rate, or null.</param>
    /// <param name="flat">More rates, those of forms among them: nano per 1,000,000 units.</param>
    /// <exception cref="ArgumentException">A negative rate, or tiers that don't ascend.</exception>
    public ModelRates(ReadOnlySpan<Rate?> byKind, IReadOnlyDictionary<RateKey, long>? flat = null)
    {
        foreach (var (key, rate) in flat ?? new Dictionary<RateKey, long>())
        {
            if (key.Form is null)
            {
                Set(key.Kind, Rate.Flat(rate));
            }
            else
            {
                ArgumentOutOfRangeException.ThrowIfNegative(rate);
                (_forms ??= new(StringComparer.Ordinal))[key.ToString()] = (key, rate);
            }
        }

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

    /// <summary>Where the last tier of any kind begins, in prompt tokens; 0 without tiers.</summary>
    public long TiersUpTo { get; private set; }

    /// <summary>The rates of forms, by their keys' text: nano per 1,000,000 units.</summary>
    public IEnumerable<(RateKey Key, long Rate)> Forms => _forms?.Values ?? [];

    /// <summary>Whether any kind has a rate.</summary>
    public bool Any => _forms is not null || Array.Exists(_byKind, rate => rate is not null);

    /// <summary>Whether the kind has a rate, as a whole or in some form.</summary>
    public bool Has(UnitKind kind) => this[kind] is not null || (_forms is not null && Dearest(kind) is not null);

    /// <summary>The rate of the closest form: quality and size, quality, size. Null when none of them has a rate.</summary>
    public (string Form, long Rate)? For(UnitKind kind, ReturnedForm returned)
    {
        if (_forms is null)
        {
            return null;
        }

        foreach (var form in new[] { returned.Text, returned.Quality, returned.Size })
        {
            if (form is not null && _forms.TryGetValue(new RateKey(kind, form).ToString(), out var found))
            {
                return (form, found.Rate);
            }
        }

        return null;
    }

    /// <summary>The highest rate of a form of the kind; null when no form has a rate.</summary>
    public (string Form, long Rate)? Dearest(UnitKind kind) => Forms
        .Where(form => form.Key.Kind == kind)
        .OrderByDescending(form => form.Rate)
        .Select(form => ((string, long)?)(form.Key.Form!, form.Rate))
        .FirstOrDefault();

    /// <summary>The same list with other rates; null when one of them is null.</summary>
    public ModelRates? TrySelect(Func<long, long?> change)
    {
        var byKind = new Rate?[_byKind.Length];
        for (var i = 0; i < _byKind.Length; i++)
        {
            if (_byKind[i] is { } rate)
            {
                var tiers = rate.Tiers.Select(tier => (tier.Above, Rate: change(tier.Rate))).ToArray();
                if (change(rate.Base) is not { } start || Array.Exists(tiers, tier => tier.Rate is null))
                {
                    return null;
                }

                byKind[i] = new Rate(start, [.. tiers.Select(tier => new RateTier(tier.Above, tier.Rate!.Value))]);
            }
        }

        var forms = Forms.Select(form => (form.Key, Rate: change(form.Rate))).ToArray();
        return Array.Exists(forms, form => form.Rate is null)
            ? null
            : new ModelRates(byKind, forms.ToDictionary(form => form.Key, form => form.Rate!.Value));
    }

    /// <summary>What another list has, and of the kinds and forms that it lacks this one's.</summary>
    public ModelRates With(ModelRates other)
    {
        var byKind = new Rate?[_byKind.Length];
        for (var i = 0; i < byKind.Length; i++)
        {
            byKind[i] = other._byKind[i] ?? _byKind[i];
        }

        var forms = Forms.ToDictionary(form => form.Key, form => form.Rate);
        foreach (var (key, rate) in other.Forms)
        {
            forms[key] = rate;
        }

        return new ModelRates(byKind, forms);
    }

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

        TiersUpTo = Math.Max(TiersUpTo, above);

        if (rate.Base < 0)
        {
            throw new ArgumentException($"The rate of {UnitKinds.Name(kind)} is negative.", nameof(rate));
        }

        _byKind[(int)kind] = rate;
    }
}
