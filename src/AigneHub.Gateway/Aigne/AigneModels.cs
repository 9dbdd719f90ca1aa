using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;

namespace AigneHub.Gateway.Aigne;

/// <summary>The models as AIGNE lists them, and how they are by live traffic.</summary>
internal sealed class AigneModels(HubSnapshot snapshot, HealthBoard health)
{
    private readonly ILookup<string, RouteHealth> _routes = health.View().ToLookup(route => route.Provider);

    /// <param name="type">Null: all.</param>
    /// <param name="key">Null: everybody's, which leaves out what was added at run time.</param>
    public IEnumerable<AigneModelDocument> List(string? type, KeyRecord? key)
    {
        foreach (var model in snapshot.Models)
        {
            var own = AigneModelType.Of(model);
            if (AigneModelType.ApiOf(own) is { } api && (type is null || type == own)
                && snapshot.FindProvider(model.Provider) is { } provider && provider.BindingFor(api, model.Id) is not null
                && (key is null ? !provider.IsStored : key.Allows(model.FullName)))
            {
                yield return AigneModelDocument.Of(model, provider, own!, IsAvailable(provider, model.Id));
            }
        }
    }

    /// <summary>False while all credentials are left alone, for this model or for all.</summary>
    public bool IsAvailable(ProviderEntry provider, string model)
    {
        var blocked = _routes[provider.Id]
            .Where(route => route.State is not (RouteHealthState.Closed or RouteHealthState.HalfOpen)
                && (route.Model is null || route.Model == model))
            .Select(route => route.CredentialId).ToHashSet(StringComparer.Ordinal);
        return blocked.Count == 0 || provider.Credentials.Any(credential => !blocked.Contains(credential.StateId()));
    }
}
