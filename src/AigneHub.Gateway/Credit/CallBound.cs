using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Credit;

/// <summary>The most that a call can cost, whichever target of its plan answers.</summary>
internal sealed class CallBound(Exchange exchange, TokenCounter tokens)
{
    /// <summary>An answer is as long as it is allowed to be.</summary>
    public bool HasOutput { get; } = ChatApis.Contains(exchange.Front.Api) || exchange.Front.Api == ModelApi.OpenAiCompletions;

    /// <summary>
    /// Nano, at most what one call may hold; null when a target has no price.
    /// </summary>
    /// <param name="prompt">Tokens; null: as many as the window of the model takes.</param>
    /// <param name="output">Tokens of one answer.</param>
    public long? CostOf(long? prompt, long output)
    {
        Int128 dearest = 0;
        foreach (var target in exchange.Plan.Targets)
        {
            if (SumOf(target, prompt, output) is not { } sum)
            {
                return null;
            }

            dearest = Int128.Max(dearest, sum);
        }

        return (long)Int128.Min((dearest + PriceLine.UnitsPerRate - 1) / PriceLine.UnitsPerRate, SyncCommand.AmountMax);
    }

    /// <summary>The most output tokens of an answer that so much pays for, at every target; below 0 when the prompt costs more.</summary>
    /// <param name="nano">What there is.</param>
    public long AffordableOutput(long? prompt, long nano)
    {
        var least = (Int128)long.MaxValue;
        foreach (var target in exchange.Plan.Targets)
        {
            if (SumOf(target, prompt, 0) is { } withoutAnswer && RatesOf(target, prompt) is { Answer: > 0 and var rate })
            {
                var left = ((Int128)nano * PriceLine.UnitsPerRate) - withoutAnswer;
                least = Int128.Min(least, left < 0 ? -1 : left / ((Int128)rate * exchange.Demand.Asked.Answers));
            }
        }

        return (long)least;
    }

    private BoundRates? RatesOf(RouteTarget target, long? prompt) =>
        target.Rates is { Any: true } rates ? BoundRates.Of(rates, PromptBound.Of(exchange, target, prompt)) : null;

    /// <summary>In nano × 10⁶.</summary>
    private Int128? SumOf(RouteTarget target, long? prompt, long output)
    {
        var most = PromptBound.Of(exchange, target, prompt);
        if (!HasOutput)
        {
            return target.Rates is { Any: true } rates ? MediaBound.Of(exchange, rates, most, tokens) : null;
        }

        // By the call alone, or by what is sent and what comes.
        return RatesOf(target, prompt) is { } bound && (bound.Request > 0 || (bound.Prompt is not null && bound.Answer is not null))
            ? ((Int128)(bound.Prompt ?? 0) * most)
                + ((Int128)(bound.Answer ?? 0) * Math.Min(output, target.MaxOutput ?? long.MaxValue) * exchange.Demand.Asked.Answers)
                + SearchesOf(target) + bound.Request
            : null;
    }

    /// <summary>In nano × 10⁶.</summary>
    private Int128 SearchesOf(RouteTarget target) =>
        exchange.Demand.Tools.Searches is > 0 and var searches ? (Int128)(target.Rates![UnitKind.Search]?.Base ?? 0) * searches : 0;
}
