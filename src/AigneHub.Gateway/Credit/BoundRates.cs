using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// The dearest that a model's units can be, in nano per 1,000,000: which kind of token a call will use isn't known before. Null where
/// the model has no price for any of them.
/// </summary>
/// <param name="Prompt">Of a prompt token: read from or written to a cache, heard or seen.</param>
/// <param name="Answer">Of an answer's token: reasoning, sound or image.</param>
/// <param name="Request">Of a call.</param>
internal readonly record struct BoundRates(long? Prompt, long? Answer, long Request)
{
    /// <param name="promptTokens">The most there can be.</param>
    public static BoundRates Of(ModelRates rates, long promptTokens) => new(
        Dearest(rates, UnitKinds.PromptTokens, promptTokens), Dearest(rates, UnitKinds.AnswerTokens, promptTokens),
        rates[UnitKind.Request]?.Base ?? 0);

    /// <summary>Of images, seconds, characters or searches, by whatever quality or size.</summary>
    public static long? Of(ModelRates rates, UnitKind kind)
    {
        var whole = rates[kind]?.Base;
        var form = rates.Dearest(kind)?.Rate;
        return whole is null ? form : form is null ? whole : Math.Max(whole.Value, form.Value);
    }

    private static long? Dearest(ModelRates rates, IReadOnlyList<UnitKind> kinds, long promptTokens)
    {
        long? dearest = null;
        foreach (var kind in kinds)
        {
            if (rates[kind] is { } rate)
            {
                dearest = Math.Max(dearest ?? 0, rate.DearestUpTo(promptTokens));
            }
        }

        return dearest;
    }
}
