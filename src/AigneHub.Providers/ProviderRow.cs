using AigneHub.Core.Routing;

namespace AigneHub.Providers;

/// <summary>One vendor as data: adding an OpenAI-compatible vendor is one more row.</summary>
/// <param name="Id">First segment of <c>provider/model</c>.</param>
/// <param name="Dialect">Upstream wire format, e.g. <c>openai</c>.</param>
/// <param name="DefaultBaseUrl">Without a trailing slash; paths such as <c>chat/completions</c> follow it.</param>
/// <param name="KeySetting">The setting (or environment variable) that holds the API key.</param>
/// <param name="BaseUrlSetting">The setting that replaces <paramref name="DefaultBaseUrl"/>.</param>
/// <param name="Rank">See <see cref="ProviderEntry.Rank"/>.</param>
public sealed record ProviderRow(
    string Id, string DisplayName, string Dialect, string DefaultBaseUrl, string KeySetting, string BaseUrlSetting, int Rank)
{
    /// <summary>What happens upstream when the client goes away, unless a setting says otherwise.</summary>
    public ClientGonePolicy ClientGone { get; init; } = ClientGonePolicy.Cancel;

    public UsageQuirks Quirks { get; init; }

    /// <summary>
    /// False: the vendor answers <c>stream_options</c> with an error, so it must not be added to a request (and is taken
    /// out of one); such vendors send usage at the end of every stream unasked.
    /// </summary>
    public bool TakesStreamOptions { get; init; } = true;

    /// <summary>False: the vendor is configured by its base URL alone, and plain http to any host is allowed.</summary>
    public bool NeedsKey { get; init; } = true;
}
