using AigneHub.Core.Pricing;
using AigneHub.Core.Routing.Health;

namespace AigneHub.Core.Routing;

/// <summary>One place where a call can be answered.</summary>
/// <param name="upstreamModel">The name the vendor is called with.</param>
/// <param name="rates">Null when the model has no price.</param>
public sealed class RouteTarget(ProviderEntry provider, string upstreamModel, ModelRates? rates)
{
    public ProviderEntry Provider { get; } = provider;
    public string UpstreamModel { get; } = upstreamModel;
    public ModelRates? Rates { get; } = rates;

    /// <summary><c>provider/model</c>.</summary>
    public string FullName { get; } = $"{provider.Id}/{upstreamModel}";

    /// <summary>Where its live state was found last: plans are kept, so it need not be looked up for each call.</summary>
    internal TargetLanes? Lanes { get; set; }

    public override string ToString() => FullName;
}
