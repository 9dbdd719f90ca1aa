namespace AigneHub.Providers.Authentication;

/// <summary>
/// Where tokens of the hub's identities may go: a token that went anywhere else could be used in the hub's name.
/// </summary>
internal static class VendorHosts
{
    private static readonly string[] Azure = ["openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"];

    /// <summary>https, and a resource's host of Azure OpenAI or Foundry.</summary>
    public static bool IsAzures(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps && Array.Exists(Azure, domain => IsUnder(url.IdnHost, domain));

    /// <summary>https, and a host of Google's APIs.</summary>
    public static bool IsGoogles(Uri url) => url.Scheme == Uri.UriSchemeHttps && IsUnder(url.IdnHost, "googleapis.com");

    private static bool IsUnder(string host, string domain) =>
        host.Length > domain.Length && host[host.Length - domain.Length - 1] == '.'
        && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase);
}
