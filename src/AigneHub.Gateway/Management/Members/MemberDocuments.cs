using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management.Members;

/// <param name="Scope">
/// <c>hub</c>, <c>account:acme</c>, <c>team:blue</c>, <c>project:nightly</c>. Absent: of a member its account, of other roles the whole
/// hub.
/// </param>
internal sealed record RoleDocument(Role Role, string? Scope = null)
{
    public static RoleDocument Of(RoleAssignment assignment) => new(assignment.Role, assignment.Scope.ToString());
}

/// <param name="Issuer">The tokens' <c>iss</c>; one of the settings'.</param>
/// <param name="Subject">Who it is there: <c>sub</c>, of Microsoft Entra ID the object id; 1 to 256 characters.</param>
/// <param name="Kind"><c>user</c> (default) or <c>workload</c>.</param>
/// <param name="Account">Who pays for its calls; the first account when absent.</param>
/// <param name="Team">Whose budget and limits bind its calls, too.</param>
/// <param name="Project">Likewise.</param>
/// <param name="Roles">A member of its account when absent.</param>
internal sealed record CreateMemberRequest(
    string Issuer, string Subject, MemberKind? Kind = null, string? Name = null, string? Account = null, string? Team = null,
    string? Project = null, IReadOnlyList<RoleDocument>? Roles = null);

/// <summary>What is absent stays as it is; null takes the team or the project away.</summary>
internal sealed record UpdateMemberRequest(
    MemberStatus? Status = null, IReadOnlyList<RoleDocument>? Roles = null, Change<string> Team = default,
    Change<string> Project = default);

/// <param name="Roles">Given to it here; what its tokens give beside them is seen by <c>GET /api/me</c>.</param>
/// <param name="LastSeen">A day coarse.</param>
internal sealed record MemberDocument(
    string Id, MemberKind Kind, string Issuer, string Subject, string? Name, string? Email, string Account, string? Team,
    string? Project, IReadOnlyList<RoleDocument> Roles, MemberStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? LastSeen)
{
    public static MemberDocument Of(MemberRecord member) => new(
        member.Id, member.Kind, member.Issuer, member.Subject, member.Name, member.Email, member.Account, member.Team, member.Project,
        [.. member.Roles.Select(RoleDocument.Of)], member.Status, member.CreatedAt, member.LastSeen);
}
