using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Attempts;
using AigneHub.Providers;

namespace AigneHub.Gateway;

/// <summary>Makes the usage event of a finished call.</summary>
internal static class UsageOf
{
    /// <summary>
    /// What the call's answer costs a caller who spends credit, in nano; null for others, without a price, and while the target
    /// has not reported all that it is charged by.
    /// </summary>
    public static long? Credits(Exchange exchange) =>
        exchange.Caller.SpendsCredit && exchange.Consumed is { Estimated: false } consumed
            ? Credits(exchange, consumed.Usage)
            : null;

    /// <summary>What usage reported by the target costs a caller who spends credit, in nano; null without a price.</summary>
    public static long? Credits(Exchange exchange, TokenUsage usage) => Cost.Of(Lines(exchange, usage, neverFree: true));

    /// <param name="result">Null when the call failed unexpectedly.</param>
    /// <param name="snapshot">The prices at admission.</param>
    public static UsageEvent Call(Exchange exchange, CallResult? result, HubSnapshot snapshot)
    {
        var usage = result?.Usage ?? exchange.Consumed?.Usage ?? default;
        var lines = Lines(exchange, usage, neverFree: snapshot.Mode == HubMode.Provider || exchange.Reservation is not null);
        return new UsageEvent
        {
            Id = exchange.Id,
            Account = exchange.Caller.Account,
            Key = exchange.Caller.Key.Id,
            Project = exchange.Caller.Key.Project ?? exchange.Call.ProjectLabel,
            Model = exchange.Target.FullName,
            Front = exchange.Front.Name,
            Outcome = result?.Outcome
                ?? (exchange.Http.RequestAborted.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Failed),
            Error = result is null ? "internal_error" : result.Error?.Code,
            Streamed = exchange.Head.Stream,
            Lines = lines,
            Cost = Cost.Of(lines),
            RateVersion = snapshot.RateCard.Version,
            Estimated = result?.Estimated ?? exchange.Consumed?.Estimated ?? false,
            Attempts = exchange.Attempts,
            Timings = new CallTimings(exchange.FirstByteMilliseconds, exchange.ElapsedMilliseconds, exchange.UpstreamMilliseconds),
        };
    }

    private static PriceLine[] Lines(Exchange exchange, TokenUsage usage, bool neverFree)
    {
        var rates = exchange.Target.Rates;
        var reasoningApart = rates?[UnitKind.Reasoning] is not null;
        return PriceLines.For(rates, usage.ToUnits(reasoningApart), neverFree, usage.Form.Or(exchange.Form));
    }
}
