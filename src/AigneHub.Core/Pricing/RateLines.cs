using System.Diagnostics.CodeAnalysis;

namespace AigneHub.Core.Pricing;

/// <summary>A model's rates as flat lines by <see cref="RateName"/>'s text: how they are stored, compared and shown.</summary>
public static class RateLines
{
    public const int LinesMax = 128;
    public const int TiersMax = 8;

    /// <summary>By kind, each with its tiers ascending, then the forms: nano per 1,000,000 units.</summary>
    public static IReadOnlyDictionary<string, long> Of(ModelRates? rates)
    {
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var kind = 0; kind < UnitKinds.Count; kind++)
        {
            if (rates?[(UnitKind)kind] is { } rate)
            {
                lines[UnitKinds.Name((UnitKind)kind)] = rate.Base;
                foreach (var tier in rate.Tiers)
                {
                    lines[new RateName((UnitKind)kind, tier.Above).ToString()] = tier.Rate;
                }
            }
        }

        foreach (var (key, rate) in rates?.Forms ?? [])
        {
            lines[key.ToString()] = rate;
        }

        return lines;
    }

    /// <summary>The lines as rates; or one sentence about the first line that is wrong, and its name.</summary>
    /// <param name="rateMax">The highest number a line may have: nano per 1,000,000 units.</param>
    public static bool TryRead(
        IReadOnlyDictionary<string, long> lines, long rateMax, [NotNullWhen(true)] out ModelRates? rates,
        out (string Message, string Line) wrong)
    {
        rates = null;
        if (lines.Count > LinesMax)
        {
            wrong = ($"A price list may have at most {LinesMax} lines.", "");
            return false;
        }

        var byKind = new Rate?[UnitKinds.Count];
        var tiers = new SortedDictionary<long, long>?[UnitKinds.Count];
        var forms = new Dictionary<RateKey, long>();
        foreach (var (line, rate) in lines)
        {
            wrong = ("", line);
            if (!RateName.TryParse(line, out var name))
            {
                wrong.Message = $"'{line}' is no kind of unit, form or tier: write input, image:hd, input>200000.";
                return false;
            }

            if (rate < 0 || rate > rateMax)
            {
                wrong.Message = $"'{line}' must be 0 to {Nano.ToDecimalString(rateMax)} per 1,000,000 units.";
                return false;
            }

            if (name.Key.Form is not null)
            {
                forms[name.Key] = rate;
            }
            else if (name.Above == 0)
            {
                byKind[(int)name.Key.Kind] = Rate.Flat(rate);
            }
            else
            {
                (tiers[(int)name.Key.Kind] ??= [])[name.Above] = rate;
            }
        }

        return TryAddTiers(byKind, tiers, out wrong) && (rates = new ModelRates(byKind, forms)) is not null;
    }

    private static bool TryAddTiers(Rate?[] byKind, SortedDictionary<long, long>?[] tiers, out (string Message, string Line) wrong)
    {
        wrong = default;
        for (var kind = 0; kind < tiers.Length; kind++)
        {
            if (tiers[kind] is not { } ascending)
            {
                continue;
            }

            var name = UnitKinds.Name((UnitKind)kind);
            if (byKind[kind] is not { } flat || ascending.Count > TiersMax)
            {
                wrong = ($"The tiers of '{name}' need its base price '{name}', and may be at most {TiersMax}.", name);
                return false;
            }

            byKind[kind] = flat with { Tiers = [.. ascending.Select(tier => new RateTier(tier.Key, tier.Value))] };
        }

        return true;
    }
}
