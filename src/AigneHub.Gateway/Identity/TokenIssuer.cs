using AigneHub.Core.Access;

namespace AigneHub.Gateway.Identity;

/// <summary>An issuer whose tokens are taken: one of the settings', or one tenant of Microsoft Entra ID.</summary>
internal sealed record TokenIssuer
{
    /// <summary>For logs and errors.</summary>
    public required string Name { get; init; }

    /// <summary>The tokens' <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    public required Uri Discovery { get; init; }
    /// <summary>The tenant that <c>tid</c> must name; null: not one of Microsoft Entra ID.</summary>
    public string? Tenant { get; init; }

    public required string SubjectClaim { get; init; }
    public required string RolesClaim { get; init; }
    public required string GroupsClaim { get; init; }
    public required string NameClaim { get; init; }
    public required string EmailClaim { get; init; }

    public required AccessRules Access { get; init; }

    /// <summary>Workloads are known by client id, too, and not by subject alone.</summary>
    public bool KnowsClients { get; init; } = true;

    /// <summary>What a token gives by itself.</summary>
    public MappedAccess Map(TokenIdentity identity)
    {
        var roles = identity.Roles.Select(role => Access.Roles.GetValueOrDefault(role))
            .Concat(identity.Groups.Select(group => Access.Groups.GetValueOrDefault(group)))
            .OfType<MappedRole>().Distinct().ToArray();
        var place = Access.Workloads.GetValueOrDefault(identity.Subject)
            ?? (KnowsClients && identity.Client is { } client ? Access.Workloads.GetValueOrDefault(client) : null);
        return new MappedAccess(roles, place ?? MemberPlace.Of(roles.Select(role => role.Scope).OfType<Scope>()), place is not null);
    }
}
