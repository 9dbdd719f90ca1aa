using AigneHub.Core.Pricing;

namespace AigneHub.Core.Routing;

/// <summary>A model that the catalogue knows; null where the catalogue doesn't say.</summary>
/// <param name="Provider">Provider id.</param>
/// <param name="Id">The vendor's own name, which may contain <c>/</c>.</param>
public sealed record ModelEntry(
    string Provider, string Id, string? Name, int? ContextWindow, int? MaxOutput, ModelRates? Rates)
{
    /// <summary><c>provider/model</c>.</summary>
    public string FullName { get; } = $"{Provider}/{Id}";
}
