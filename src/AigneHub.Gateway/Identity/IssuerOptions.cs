namespace AigneHub.Gateway.Identity;

/// <summary>One OpenID Connect issuer; section <c>AigneHub:Identity:Issuers:&lt;name&gt;</c>.</summary>
public sealed class IssuerOptions : AccessOptions
{
    /// <summary>The tokens' <c>iss</c>, to the letter; none: this issuer is off.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Its discovery document; <c>.well-known/openid-configuration</c> below the issuer when none is named.</summary>
    public Uri? Discovery { get; set; }

    /// <summary>The claim that tells who it is, for ever.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>Claims of roles and groups: a text or a list of texts; a dot leads into an object (<c>realm_access.roles</c>).</summary>
    public string RolesClaim { get; set; } = "roles";

    public string GroupsClaim { get; set; } = "groups";

    public string NameClaim { get; set; } = "name";

    public string EmailClaim { get; set; } = "email";
}
