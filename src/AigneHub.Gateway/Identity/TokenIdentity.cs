using AigneHub.Core.Access;

namespace AigneHub.Gateway.Identity;

/// <summary>What a good token says of its bearer.</summary>
internal sealed record TokenIdentity
{
    public required TokenIssuer Issuer { get; init; }
    public required string Subject { get; init; }

    /// <summary>The application itself, where the token is its own and no person's; else null.</summary>
    public string? Client { get; init; }

    public bool IsApplication { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>The addresses that the issuer vouches for; <see cref="Email"/> may be none of them.</summary>
    public IReadOnlyList<string> VerifiedEmails { get; init; } = [];

    public required IReadOnlyList<string> Roles { get; init; }
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Its bearer is in more groups than the token holds, and so it holds none.</summary>
    /// <seealso href="https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim"/>
    public bool HasGroupsElsewhere { get; init; }

    /// <summary>Without the skew that is allowed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public string MemberId => MemberRecord.IdOf(Issuer.Issuer, Subject);
}
