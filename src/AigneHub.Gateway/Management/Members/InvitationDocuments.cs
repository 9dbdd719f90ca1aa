using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management.Members;

/// <param name="Account">The account to join; the first account when absent.</param>
/// <param name="Team">Whose budget and limits bind the member's calls, too.</param>
/// <param name="Project">Likewise.</param>
/// <param name="Roles">A member of the account when absent.</param>
/// <param name="Email">Whoever accepts must have this address in the token; anybody with the code when absent.</param>
/// <param name="ExpiresAt">ISO 8601, within 90 days; after <c>AigneHub__Identity__InvitationDays</c> when absent.</param>
internal sealed record CreateInvitationRequest(
    string? Account = null, string? Team = null, string? Project = null, IReadOnlyList<RoleDocument>? Roles = null,
    string? Email = null, DateTimeOffset? ExpiresAt = null);

internal sealed record AcceptInvitationRequest(string Code);

/// <param name="Code">In the answer to its creation only.</param>
internal sealed record InvitationDocument(
    string Id, string Account, string? Team, string? Project, IReadOnlyList<RoleDocument> Roles, string? Email, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? AcceptedBy, DateTimeOffset? AcceptedAt, string? Code)
{
    public static InvitationDocument Of(Invitation invitation, string? code = null) => new(
        invitation.Id, invitation.Account, invitation.Team, invitation.Project, [.. invitation.Roles.Select(RoleDocument.Of)],
        invitation.Email, invitation.CreatedBy, invitation.CreatedAt, invitation.ExpiresAt, invitation.AcceptedBy,
        invitation.AcceptedAt, code);
}
