namespace AigneHub.Core.Routing;

/// <summary>What happens upstream when the client goes away in mid-answer.</summary>
public enum ClientGonePolicy
{
    /// <summary>The upstream is cancelled at once; what was delivered is counted and billed as estimated.</summary>
    Cancel,

    /// <summary>The upstream is read on, within a bound, for the usage that it reports at the end.</summary>
    Drain,
}

/// <summary>A vendor that can be called now: one row of the provider table joined with its settings.</summary>
/// <param name="Id">First segment of <c>provider/model</c>.</param>
/// <param name="Dialect">Upstream wire format, e.g. <c>openai</c>.</param>
/// <param name="BaseUrl">Without a trailing slash.</param>
/// <param name="ApiKey">The vendor's secret; empty where none is needed. Never logged, never returned.</param>
/// <param name="Rank">
/// Order among providers that serve the same bare model name, lowest first: 1 the vendor itself, 2 official aggregators,
/// 3 others, 4 local.
/// </param>
public sealed record ProviderEntry(
    string Id, string DisplayName, string Dialect, Uri BaseUrl, string ApiKey, int Rank, ClientGonePolicy ClientGone)
{
    /// <summary>It serves the models of the catalogue and no others: an unknown name is a slip, and is not sent on.</summary>
    public bool ServesListedModelsOnly { get; init; }

    /// <summary>Without the secret, so that no log can hold it.</summary>
    public override string ToString() => $"{Id} ({Dialect}, {BaseUrl})";
}
