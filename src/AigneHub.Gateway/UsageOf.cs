using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Attempts;

namespace AigneHub.Gateway;

/// <summary>Makes the usage event of a finished call.</summary>
internal static class UsageOf
{
    /// <param name="result">Null when the call failed unexpectedly.</param>
    /// <param name="snapshot">The prices at admission.</param>
    public static UsageEvent Call(Exchange exchange, CallResult? result, HubSnapshot snapshot)
    {
        var rates = exchange.Target.Rates;
        var reasoningApart = rates?[UnitKind.Reasoning] is not null;
        var usage = result?.Usage ?? exchange.Consumed?.Usage ?? default;
        var lines = PriceLines.For(
            rates, usage.ToUnits(reasoningApart), neverFree: snapshot.Mode == HubMode.Provider, usage.Form.Or(exchange.Form));
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
}
