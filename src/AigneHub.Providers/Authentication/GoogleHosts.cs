using System.Diagnostics.CodeAnalysis;

namespace AigneHub.Providers.Authentication;

/// <summary>Where Google's tokens come from and may go to. No other host is ever called for them.</summary>
internal static class GoogleHosts
{
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    private const string Domain = "googleapis.com";

    /// <summary>Of service accounts: <see href="https://developers.google.com/identity/protocols/oauth2/service-account"/>.</summary>
    public static readonly Uri TokenUrl = new("https://oauth2.googleapis.com/token");

    /// <summary>Of federated identities: <see href="https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token"/>.</summary>
    public static readonly Uri ExchangeUrl = new("https://sts.googleapis.com/v1/token");

    public static bool IsUnder(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || (host.Length > domain.Length && host[host.Length - domain.Length - 1] == '.'
            && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));

    /// <summary>A host of Google's APIs.</summary>
    public static bool IsGoogles(string host) => IsUnder(host, Domain);

    /// <summary>An https URL of a host of Google's APIs on its usual port, without user name, query and fragment.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && IsGoogles(url.IdnHost)
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;
}
