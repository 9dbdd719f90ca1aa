using System.Net;

namespace AigneHub.Gateway.Identity;

/// <summary>The issuers of the settings, by <c>iss</c>.</summary>
internal static class TokenIssuers
{
    private const string Prefix = "AigneHub__Identity__";

    /// <param name="wrong">Null, or one sentence that names the first setting that is wrong.</param>
    public static IReadOnlyDictionary<string, TokenIssuer> Of(IdentityOptions options, out string? wrong)
    {
        var all = new Dictionary<string, TokenIssuer>(StringComparer.Ordinal);
        wrong = null;
        var isFirst = true;
        foreach (var tenant in AccessMapping.List(options.Entra.Tenants))
        {
            wrong ??= !Guid.TryParseExact(tenant, "D", out _)
                ? $"{Prefix}Entra__Tenants takes ids of tenants, such as 00000000-0000-0000-0000-000000000000; names like common, "
                    + "which let every tenant in, are refused."
                : Add(all, Entra(options.Entra, tenant.ToLowerInvariant(), isFirst, out var bad), bad, "Entra");
            isFirst = false;
        }

        foreach (var (name, issuer) in options.Issuers.Where(one => one.Value.Issuer.Length > 0))
        {
            wrong ??= Add(all, Other(name, issuer, out var bad), bad, $"Issuers__{name}");
        }

        return all;
    }

    /// <summary>https, and plain http on this machine alone.</summary>
    internal static bool IsSafe(Uri url) =>
        url.IsAbsoluteUri && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps
            || (url.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address)));

    /// <param name="isFirst">
    /// Of the tenants listed. The administrators of another one give everybody any role and group there, and any application of theirs
    /// another secret: none of it may say what somebody is here.
    /// </param>
    private static TokenIssuer? Entra(EntraOptions options, string tenant, bool isFirst, out string? wrong)
    {
        return AccessRules.Of(options, out wrong) is not { } access ? null : new TokenIssuer
        {
            Access = isFirst ? access : access.WithoutRoles(),
            KnowsClients = isFirst,
            Name = $"Entra {tenant}",
            Issuer = new Uri(options.Authority, $"{tenant}/v2.0").AbsoluteUri,
            Discovery = new Uri(options.Authority, $"{tenant}/v2.0/.well-known/openid-configuration"),
            Tenant = tenant,
            SubjectClaim = "oid",
            RolesClaim = "roles",
            GroupsClaim = "groups",
            NameClaim = "name",
            EmailClaim = "email",
        };
    }

    private static TokenIssuer? Other(string name, IssuerOptions options, out string? wrong)
    {
        if (AccessRules.Of(options, out wrong) is not { } access)
        {
            return null;
        }

        if (options.Discovery is null && !Uri.TryCreate(options.Issuer, UriKind.Absolute, out _))
        {
            wrong = "Issuer is no URL, so Discovery must name the issuer's discovery document.";
            return null;
        }

        return new TokenIssuer
        {
            Access = access,
            Name = name,
            Issuer = options.Issuer,
            Discovery = options.Discovery ?? new Uri(options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration"),
            SubjectClaim = options.SubjectClaim,
            RolesClaim = options.RolesClaim,
            GroupsClaim = options.GroupsClaim,
            NameClaim = options.NameClaim,
            EmailClaim = options.EmailClaim,
        };
    }

    private static string? Add(Dictionary<string, TokenIssuer> all, TokenIssuer? issuer, string? wrong, string section) =>
        issuer is null ? $"{Prefix}{section}__{wrong}"
        : !IsSafe(issuer.Discovery) ? $"{Prefix}{section}: its discovery document must be at an https URL (http on 127.0.0.1 alone)."
        : issuer.SubjectClaim.Length == 0 ? $"{Prefix}{section}__SubjectClaim is empty."
        : !all.TryAdd(issuer.Issuer, issuer) ? $"{Prefix}{section}: there are two issuers of the name {issuer.Issuer}."
        : null;
}
