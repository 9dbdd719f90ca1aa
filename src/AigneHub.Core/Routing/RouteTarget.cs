using AigneHub.Core.Limits;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing.Health;

namespace AigneHub.Core.Routing;

/// <summary>One place where a call can be answered.</summary>
/// <param name="upstreamModel">The name the vendor is called with.</param>
/// <param name="rates">Null when the model has no price.</param>
/// <param name="maxOutput">Most output tokens of the model; null: unknown.</param>
/// <param name="title">How people call the model; null: unknown.</param>
/// <param name="contextWindow">Most tokens of prompt and answer together; null: unknown.</param>
public sealed class RouteTarget(
    ProviderEntry provider, string upstreamModel, ModelRates? rates, int? maxOutput = null, string? title = null,
    int? contextWindow = null)
{
    /// <summary>Of a model whose window isn't known.</summary>
    private const long WindowUnknown = 200_000;

    /// <summary>Of a model that has prices for larger prompts than its window, which some callers get.</summary>
    private const long WindowOfMillion = 1_048_576;

    public ProviderEntry Provider { get; } = provider;
    public string UpstreamModel { get; } = upstreamModel;
    public ModelRates? Rates { get; } = rates;
    public int? MaxOutput { get; } = maxOutput;
    public int? ContextWindow { get; } = contextWindow;

    /// <summary>
    /// What the vendor's name may hide: Bedrock's ARNs of inference profiles and provisioned models name no model.
    /// </summary>
    public string? Title { get; } = title;

    /// <summary>
    /// The id of the entry that was found for it, which a name that only a rule recognises does not have; null: it has no entry.
    /// </summary>
    public string? EntryId { get; init; }

    /// <summary>The model's limits for all its callers together; null for none.</summary>
    public LimitedBy? LimitedBy { get; init; }

    /// <summary><c>provider/model</c>.</summary>
    public string FullName { get; } = $"{provider.Id}/{upstreamModel}";

    /// <summary>Where its live state was found last: plans are kept, so it need not be looked up for each call.</summary>
    internal TargetLanes? Lanes { get; set; }

    /// <summary>The most tokens of prompt that may be charged.</summary>
    /// <param name="prompt">What there is at most; null: not known.</param>
    public long WindowFor(long? prompt) => ContextWindow is { } window && (Rates is null || Rates.TiersUpTo < window)
        ? window
        : Math.Max(prompt ?? 0, ContextWindow is null ? WindowUnknown : Math.Max(WindowOfMillion, 2 * Rates!.TiersUpTo));

    /// <summary>Whether a client of the API can call it, as it is or translated.</summary>
    public bool Serves(ModelApi api) => Provider.BindingFor(api, UpstreamModel) is not null;

    public override string ToString() => FullName;
}
