using AigneHub.Core;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// Reserves what a call can cost at most in every purse that binds its caller, before anything is sent; afterwards hands on what
/// it has cost. Normally without storage: <see cref="LeaseKeeper"/>.
/// </summary>
internal sealed class CreditAdmission(
    LeaseKeeper leases, IHubSnapshots snapshots, IUsageSink usage, IIncidents incidents, TokenCounter tokens, GatewayOptions options)
{
    /// <summary>Shorter answers are of no use to anybody.</summary>
    private const long OutputTokensMin = 256;

    /// <summary>What a server of anybody's may report of the hold.</summary>
    private const int OverrunMax = 4;

    /// <summary>Purses that refuse one after the other, and a prompt that is counted.</summary>
    private const int TriesMax = LeaseKeeper.PursesMax + 2;

    /// <summary>Null: the call may be made; what it holds is the exchange's, which has to give it back.</summary>
    public async ValueTask<HubError?> ReserveAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var binding = exchange.Caller.Terms.Binding;
        if (binding.Count == 0)
        {
            return null;
        }

        if ((exchange.Demand.Error ?? ToolPolicy.Check(exchange)) is { } error)
        {
            return error;
        }

        var asked = exchange.Demand.Asked;
        var bound = new CallBound(exchange, tokens);
        var prompts = new PromptBound(exchange);
        long? prompt = prompts.FillsWindow ? null : prompts.ByBytes; // Null: as many tokens as the model's window takes.
        var output = asked.Tokens ?? (long)options.OutputTokensDefault;
        var isCounted = prompt is null || !bound.HasOutput;
        var result = default(ReserveResult);
        long hold = 0;
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (bound.CostOf(prompt, output) is not { } cost)
            {
                return CreditErrors.NotPriced(exchange.Head.Model);
            }

            hold = cost;
            if (hold == 0)
            {
                return null;
            }

            result = await leases.ReserveAsync(binding, hold, cancellationToken);
            if (result.Outcome != ReserveOutcome.Insufficient)
            {
                break;
            }

            if (!isCounted)
            {
                isCounted = true;
                prompt = Math.Min(prompt!.Value, prompts.Counted(tokens) ?? long.MaxValue);
                continue;
            }

            var affordable = bound.HasOutput ? bound.AffordableOutput(prompt, result.Available) : 0;
            if (asked.Tokens is not null || affordable < OutputTokensMin || affordable >= output)
            {
                break;
            }

            output = affordable;
        }

        if (result.Reservation is { } reservation)
        {
            exchange.Reservation = reservation;
            exchange.OutputTokens = bound.HasOutput ? (int)Math.Min(output, int.MaxValue) : null;
            return null;
        }

        return result.Outcome switch
        {
            ReserveOutcome.Busy => CreditErrors.Busy,
            ReserveOutcome.Unavailable => CreditErrors.Unavailable,
            _ => CreditErrors.Insufficient(
                result.Purse!.Value, hold, result.Available,
                bound.HasOutput ? Math.Max(0, bound.AffordableOutput(prompt, result.Available)) : null, snapshots.Current.Mode,
                options.PaymentLink),
        };
    }

    /// <summary>Records what the call has cost, then lets go of what it held: in this order nothing is ever held by nobody.</summary>
    /// <returns>What was recorded.</returns>
    public UsageEvent Record(Exchange exchange, UsageEvent call)
    {
        var purses = exchange.Caller.Terms.Purses;
        if (OtherModel.Answered(snapshots.Current, exchange.Target, exchange.AnsweredBy) is { } other)
        {
            incidents.Report(new Incident(
                IncidentKind.OtherModel, PurseId.OfAccount(exchange.Caller.Account), exchange.RequestId,
                $"{exchange.Target.FullName} was called and is charged; {other.FullName} has answered, which is dearer."));
        }

        if (exchange.Reservation is not { } reservation)
        {
            usage.Record(call, purses);
            return call;
        }

        var charged = Capped(exchange, call, reservation.Hold);
        usage.Record(charged, reservation.NameLeases(purses));
        reservation.Settle(charged.Cost ?? 0);
        return charged;
    }

    /// <summary>A server of anybody's must not be able to empty an account by what it reports.</summary>
    private UsageEvent Capped(Exchange exchange, UsageEvent call, long hold)
    {
        var isCustom = CustomVendors.IsCustom(exchange.Target.Provider.Vendor);
        if (call.Cost is not { } cost || (cost <= (Int128)hold * OverrunMax || !isCustom) && cost <= SyncCommand.AmountMax)
        {
            return call;
        }

        incidents.Report(new Incident(
            IncidentKind.CostCapped, PurseId.OfAccount(exchange.Caller.Account), exchange.RequestId,
            $"{call.Model} reported usage of {Nano.ToDecimalString(cost)}; {Nano.ToDecimalString(hold)} was held and is charged."));
        // One nano a unit.
        PriceLine[] lines = [new PriceLine(UnitKind.Request, hold, PriceLine.UnitsPerRate)];
        return call with { Lines = lines, Cost = hold, CappedFrom = cost };
    }
}
