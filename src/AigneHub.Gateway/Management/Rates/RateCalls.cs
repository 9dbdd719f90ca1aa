using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Configuration;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>What the management calls of prices have in common.</summary>
public sealed class RateCalls(ConfigurationCalls calls, HubIds ids)
{
    /// <summary>The ETag of what isn't stored yet.</summary>
    internal const string NothingStored = "\"none\"";

    internal const string AcceptSuspicious = "acceptSuspicious";

    internal DateTimeOffset Now => calls.Now;

    internal ConfigurationInForce InForce => calls.InForce;

    /// <summary>An entry of the history; its moment is now.</summary>
    internal PriceChange Change(
        ManagementCall call, PriceChangeKind kind, string? subject, string? reason,
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        call.Because(reason);
        if (kind != PriceChangeKind.Cost)
        {
            // Costs are a part of their model's document.
            call.Before(before, ManagementJson.Default.IReadOnlyDictionaryStringString);
            call.After(after, ManagementJson.Default.IReadOnlyDictionaryStringString);
        }

        return new(ids.New(), call.Caller.Key.Id, call.RequestId, kind, subject, reason, before, after);
    }

    /// <inheritdoc cref="ConfigurationCalls.AfterAsync"/>
    internal Task<HubError?> AfterAsync(ManagementCall call, WriteResult result, string what, string id) =>
        calls.AfterAsync(call, result, what, id);

    /// <summary>Puts in force what another instance wrote, before it is compared with.</summary>
    internal Task CatchUpAsync(bool isBehind, CancellationToken cancellationToken) =>
        isBehind ? calls.RefreshAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Null in Provider mode: only there prices are another thing than costs.</summary>
    internal HubError? CheckMode() => InForce.Snapshot.Mode == HubMode.Provider
        ? null
        : new HubError(
            409, "provider_mode_only", Blame.Caller,
            "This hub runs in Enterprise mode: calls are charged at the vendors' own prices in USD, without margins, overrides and "
            + "credits. Unit costs of your own are stored with POST /api/admin/models.");

    /// <summary>
    /// Null when no line of a price list moves by more than <see cref="RateChange.SuspiciousFactor"/> times, or the caller says by
    /// <c>acceptSuspicious=true</c> that this is meant.
    /// </summary>
    internal static HubError? CheckSuspicious(
        ManagementCall call, IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after)
    {
        var query = new Query(call.Request, AcceptSuspicious);
        var accepted = query.Flag(AcceptSuspicious, fallback: false);
        var slip = RateChange.Between(before, after).FirstOrDefault(change => change.IsSuspicious);
        return query.Error ?? (accepted || slip.Line is null ? null : Suspicious(
            $"'{slip.Line}' would go from {Nano.ToDecimalString(slip.Before!.Value)} to {Nano.ToDecimalString(slip.After!.Value)}, "
            + "probably a slip of a unit. If it is right"));
    }

    /// <param name="what">What is odd, and under which condition it may be repeated.</param>
    internal static HubError Suspicious(string what) =>
        new(409, "suspicious_prices", Blame.Caller, $"{what}, repeat with ?{AcceptSuspicious}=true.", AcceptSuspicious);
}
