using AigneHub.Core.Pricing;

namespace AigneHub.Core.Routing;

/// <summary>One place where a call can be answered.</summary>
/// <param name="UpstreamModel">The name the vendor is called with.</param>
/// <param name="Rates">Null when the model has no price.</param>
public sealed record RouteTarget(ProviderEntry Provider, string UpstreamModel, ModelRates? Rates)
{
    public string FullName { get; } = $"{Provider.Id}/{UpstreamModel}";
}

/// <summary>The ordered targets of one call: at least one.</summary>
public sealed record RoutePlan(IReadOnlyList<RouteTarget> Targets);
