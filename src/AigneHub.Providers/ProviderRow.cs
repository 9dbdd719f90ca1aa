using AigneHub.Core.Routing;

namespace AigneHub.Providers;

/// <summary>APIs that a vendor serves under one base URL.</summary>
/// <param name="Suffix">What follows the vendor's base URL, with its leading slash; empty for nothing.</param>
public sealed record ApiGroup(Dialect Dialect, string Suffix, IReadOnlyList<ModelApi> Apis)
{
    /// <inheritdoc cref="ApiBinding.ModelsWith"/>
    public string? ModelsWith { get; init; }

    /// <inheritdoc cref="ApiBinding.ModelsWithout"/>
    public string? ModelsWithout { get; init; }
}

/// <summary>One vendor as data: adding a vendor that speaks a known dialect is one more row.</summary>
/// <param name="Id">First segment of <c>provider/model</c>.</param>
/// <param name="DefaultBaseUrl">
/// Without a trailing slash; empty: every account has its own URL, so that it must be set.
/// </param>
/// <param name="KeySetting">The setting (or environment variable) that holds the API key; several are a comma list.</param>
/// <param name="BaseUrlSetting">The setting that replaces <paramref name="DefaultBaseUrl"/>.</param>
/// <param name="Rank">See <see cref="ProviderEntry.Rank"/>.</param>
public sealed record ProviderRow(
    string Id, string DisplayName, string DefaultBaseUrl, string KeySetting, string BaseUrlSetting, int Rank,
    params IReadOnlyList<ApiGroup> Groups)
{
    /// <summary>What happens upstream when the client goes away, unless a setting says otherwise.</summary>
    public ClientGonePolicy ClientGone { get; init; } = ClientGonePolicy.Cancel;

    public UsageQuirks Quirks { get; init; }

    /// <summary>
    /// False: the vendor answers <c>stream_options</c> with an error, so it must not be added to a request (and is taken
    /// out of one); such vendors send usage at the end of every stream unasked.
    /// </summary>
    public bool TakesStreamOptions { get; init; } = true;

    /// <summary>It keeps responses, for calls that continue, read or delete them.</summary>
    public bool KeepsResponses { get; init; }

    public CredentialSource Credentials { get; init; }

    /// <summary>False: the vendor is configured by its base URL alone, and plain http to any host is allowed.</summary>
    public bool NeedsKey { get; init; } = true;

    /// <summary>The APIs that are served, each by the first group that has it.</summary>
    /// <param name="baseUrl">Without a trailing slash.</param>
    public IReadOnlyList<ApiBinding> Bind(Uri baseUrl) =>
    [
        .. Groups.SelectMany(group => group.Apis.Select(api => new ApiBinding(
                api, group.Dialect, group.Suffix.Length == 0 ? baseUrl : new Uri(baseUrl.AbsoluteUri.TrimEnd('/') + group.Suffix))
            {
                ModelsWith = group.ModelsWith,
                ModelsWithout = group.ModelsWithout,
            }))
            .DistinctBy(binding => binding.Api),
    ];
}
