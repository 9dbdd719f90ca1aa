namespace AigneHub.Core.Routing;

/// <summary>What a provider serves, and what it is called with.</summary>
internal static class ProviderApis
{
    /// <summary>Whether the provider serves the API in its own format.</summary>
    public static bool Serves(this ProviderEntry provider, ModelApi api) => provider.ServedApis().Contains(api);

    public static IReadOnlyList<ModelApi> ServedApis(this ProviderEntry provider) => provider.Dialect switch
    {
        "openai" => [ModelApi.OpenAiChat],
        "anthropic" => [ModelApi.AnthropicMessages],
        _ => [],
    };

    /// <summary>At least one; where the vendor needs no key, one of <see cref="CredentialKind.None"/>.</summary>
    public static IReadOnlyList<CredentialEntry> CredentialsInForce(this ProviderEntry provider) =>
    [
        new CredentialEntry(
            $"env:{provider.Id}:1", provider.ApiKey.Length == 0 ? CredentialKind.None : CredentialKind.ApiKey, provider.ApiKey),
    ];
}
