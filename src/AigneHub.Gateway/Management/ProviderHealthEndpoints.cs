using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>GET /api/admin/health/providers</c>: how this instance finds the providers, by live traffic.</summary>
public sealed class ProviderHealthEndpoints(ManagementHandler handler, HealthBoard board, IHubSnapshots snapshots)
{
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListProviderHealth, ListAsync, cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        if (new Query(call.Request).Error is { } error)
        {
            return error;
        }

        var routes = board.View().ToLookup(route => route.Provider);
        await call.WriteAsync(
            new ProviderHealthList([.. snapshots.Current.Providers.Select(p => ProviderHealth.Of(p, routes[p.Id]))]),
            ManagementJson.Default.ProviderHealthList);
        return null;
    }
}

internal sealed record ProviderHealthList(IReadOnlyList<ProviderHealth> Items);

internal enum ProviderState
{
    /// <summary>Not called lately.</summary>
    Unused,

    /// <summary>Everything that was called is in use.</summary>
    Healthy,

    /// <summary>Some of it is left alone for the moment.</summary>
    Degraded,

    /// <summary>All of it is.</summary>
    Down,
}

/// <param name="Routes">Of each model with each credential that was called lately; without a model: the credential as a whole.</param>
internal sealed record ProviderHealth(
    string Provider, string DisplayName, ProviderState State, IReadOnlyList<RouteHealthDocument> Routes)
{
    /// <param name="known">What is known of credentials that the provider has no more is left out.</param>
    public static ProviderHealth Of(ProviderEntry provider, IEnumerable<RouteHealth> known)
    {
        var ids = provider.Credentials.ToDictionary(c => c.StateId(), c => c.Id);
        RouteHealth[] routes = [.. known.Where(r => ids.ContainsKey(r.CredentialId))];
        var closed = routes.Count(r => r.State == RouteHealthState.Closed);
        var state = routes.Length == 0 ? ProviderState.Unused
            : closed == routes.Length ? ProviderState.Healthy
            : closed == 0 ? ProviderState.Down
            : ProviderState.Degraded;
        return new ProviderHealth(
            provider.Id, provider.DisplayName, state, [.. routes.Select(r => RouteHealthDocument.Of(r, ids[r.CredentialId]))]);
    }
}

/// <param name="Until">When the next call or probe may pass.</param>
/// <param name="Calls">In the last 30 seconds, as far as they say something about the vendor's health.</param>
/// <param name="FirstByteMilliseconds">Moving average; of all credentials of the model.</param>
internal sealed record RouteHealthDocument(
    string? Model, string Credential, RouteHealthState State, BlockReason? Reason, DateTimeOffset? Until, int Calls,
    double FailurePercent, double? FirstByteMilliseconds)
{
    public static RouteHealthDocument Of(RouteHealth route, string credential) => new(
        route.Model, credential, route.State, route.Reason == BlockReason.None ? null : route.Reason, route.Until, route.Calls,
        Math.Round(route.FailurePercent, 1), route.FirstByteMilliseconds is { } average ? Math.Round(average, 1) : null);
}
