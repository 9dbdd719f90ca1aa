using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Providers.Configuration;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>What the management calls of prices have in common.</summary>
public sealed class RateCalls(ConfigurationCalls calls, HubIds ids)
{
    /// <summary>The ETag of what isn't stored yet.</summary>
    internal const string NothingStored = "\"none\"";

    internal DateTimeOffset Now => calls.Now;

    internal ConfigurationInForce InForce => calls.InForce;

    /// <summary>An entry of the history; its moment is now.</summary>
    internal PriceChange Change(
        ManagementCall call, PriceChangeKind kind, string? subject, string? reason,
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        new(ids.New(), call.Caller.Key.Id, call.RequestId, kind, subject, reason, before, after);

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
}
