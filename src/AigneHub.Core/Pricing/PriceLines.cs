namespace AigneHub.Core.Pricing;

/// <summary>
/// Turns what a call consumed into price lines. Rules:
/// <list type="bullet">
/// <item>Kinds are disjoint, so that every token is in one line and is charged once.</item>
/// <item>The tier is chosen by all prompt tokens together and holds for the whole call, output included.</item>
/// <item>A kind without a rate falls back only where vendors bill the base rate: cached input and cache writes → input
/// (one hour → five minutes → input), reasoning → output. Any other kind without a rate stays unpriced.</item>
/// <item>A model that has a price per request is charged one request when the caller counted none.</item>
/// <item>Searches without a rate are charged 0 beside tokens that have one.</item>
/// <item>Images and seconds are charged by quality and size where the model has such rates, else at the kind's own.</item>
/// <item>Of a model that is priced by the image alone tokens make no line, of one without a price by the image no images do. Of one
/// with a price by the image and of prompt tokens what is generated is the images.</item>
/// </list>
/// </summary>
public static class PriceLines
{
    /// <summary>
    /// One line for each kind with units, in the order of <see cref="UnitKind"/>. The array is the only allocation.
    /// </summary>
    /// <param name="rates">Null when the model has no price: the lines then have no rates.</param>
    /// <param name="neverFree">
    /// Of calls that somebody pays for or is limited in: a call with any unpriced line has no cost at all, and a unit that its model has
    /// no price for must not make the others free. Kinds of tokens without a rate are charged as input or output, else as the dearest of
    /// their direction; what else has no rate (searches) is in a line at 0.
    /// </param>
    /// <param name="returned">The quality and size of images or a video.</param>
    public static PriceLine[] For(ModelRates? rates, in UnitCounts units, bool neverFree = false, ReturnedForm returned = default)
    {
        if (rates is not null && (units[UnitKind.Image] > 0 || rates.Has(UnitKind.Image)))
        {
            var kept = OneMeasure(rates, units);
            return Lines(rates, kept, neverFree, returned);
        }

        return Lines(rates, units, neverFree, returned);
    }

    /// <summary>Images, or tokens: whichever the model is priced by. One with prices of both is charged both.</summary>
    private static UnitCounts OneMeasure(ModelRates rates, in UnitCounts units)
    {
        var kept = units;
        var byImage = rates.Has(UnitKind.Image);
        var byToken = false;
        var tokens = 0L;
        foreach (var kind in UnitKinds.Tokens)
        {
            byToken |= rates[kind] is not null;
            tokens |= units[kind];
        }

        if (byImage && !byToken)
        {
            foreach (var kind in UnitKinds.Tokens)
            {
                kept[kind] = 0;
            }
        }
        else if (byImage && rates[UnitKind.ImageOutput] is null && rates[UnitKind.Output] is null)
        {
            kept[UnitKind.ImageOutput] = kept[UnitKind.Output] = 0;
        }
        else if (!byImage && tokens > 0)
        {
            kept[UnitKind.Image] = 0;
        }

        return kept;
    }

    private static PriceLine[] Lines(ModelRates? rates, in UnitCounts units, bool neverFree, ReturnedForm returned)
    {
        var count = 0;
        for (var kind = 0; kind < UnitKinds.Count; kind++)
        {
            count += units[(UnitKind)kind] > 0 ? 1 : 0;
        }

        if (count == 0)
        {
            return [];
        }

        var addRequest = units[UnitKind.Request] == 0 && rates?[UnitKind.Request] is not null;
        var prompt = units.PromptTokens;
        var lines = new PriceLine[addRequest ? count + 1 : count];
        var next = 0;
        for (var i = 0; i < UnitKinds.Count; i++)
        {
            var kind = (UnitKind)i;
            var quantity = addRequest && kind == UnitKind.Request ? 1 : units[kind];
            if (quantity > 0)
            {
                lines[next++] = RateKey.HasForms(kind)
                    ? FormLine(rates, kind, quantity, neverFree, returned)
                    : new PriceLine(
                        kind, quantity,
                        RateOf(rates, kind, neverFree)?.For(prompt) ?? WithoutRate(rates, neverFree || IsBeside(rates, kind)));
            }
        }

        return lines;
    }

    private static PriceLine FormLine(ModelRates? rates, UnitKind kind, long quantity, bool neverFree, ReturnedForm returned)
    {
        if (rates?.For(kind, returned) is { } closest)
        {
            return new PriceLine(kind, quantity, closest.Rate, closest.Form);
        }

        if (rates?[kind] is { } whole)
        {
            return new PriceLine(kind, quantity, whole.Base);
        }

        return neverFree && rates?.Dearest(kind) is { } dearest
            ? new PriceLine(kind, quantity, dearest.Rate, dearest.Form)
            : new PriceLine(kind, quantity, WithoutRate(rates, neverFree), returned.Text);
    }

    /// <summary>The rate that a kind is charged at; null when it is unpriced.</summary>
    internal static Rate? RateOf(ModelRates? rates, UnitKind kind, bool neverFree) => rates is null ? null : rates[kind] ?? kind switch
    {
        UnitKind.CachedInput or UnitKind.CacheWrite5m => rates[UnitKind.Input],
        UnitKind.CacheWrite1h => rates[UnitKind.CacheWrite5m] ?? rates[UnitKind.Input],
        UnitKind.Reasoning => rates[UnitKind.Output],
        _ => null,
    } ?? (neverFree ? Instead(rates, kind) : null);

    /// <summary>Searches beside tokens that have a price: what those cost is known, and not lost for a search that has none.</summary>
    private static bool IsBeside(ModelRates? rates, UnitKind kind) =>
        kind == UnitKind.Search && rates?[UnitKind.Output] is not null;

    private static long? WithoutRate(ModelRates? rates, bool neverFree) => neverFree && rates is { Any: true } ? 0 : null;

    /// <summary>Of a kind of token without a price: input's or output's, else the dearest of the same direction.</summary>
    private static Rate? Instead(ModelRates rates, UnitKind kind) =>
        UnitKinds.PromptTokens.Contains(kind) ? rates[UnitKind.Input] ?? Dearest(rates, UnitKinds.PromptTokens)
        : UnitKinds.AnswerTokens.Contains(kind) ? rates[UnitKind.Output] ?? Dearest(rates, UnitKinds.AnswerTokens)
        : null;

    private static Rate? Dearest(ModelRates rates, IReadOnlyList<UnitKind> kinds) =>
        kinds.Select(kind => rates[kind]).OfType<Rate>().MaxBy(rate => rate.Base);
}
