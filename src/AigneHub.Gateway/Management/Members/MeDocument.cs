using AigneHub.Core.Access;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Gateway.Management.Members;

/// <summary>Who calls.</summary>
/// <param name="Id">Of the key or the member.</param>
/// <param name="Kind"><c>key</c>, <c>user</c> or <c>workload</c>.</param>
/// <param name="Roles">All that hold for this call: those of the record and those that the token gives.</param>
internal sealed record MeDocument(
    string Id, string Kind, string Name, string? Email, string Account, string? Team, string? Project,
    IReadOnlyList<RoleDocument> Roles, DateTimeOffset? ExpiresAt)
{
    public static MeDocument Of(Caller caller)
    {
        var isToken = caller.Member?.Id == caller.Key.Id;
        return new MeDocument(
            caller.Key.Id, isToken ? EnumWord<MemberKind>.Of(caller.Member!.Kind) : "key", caller.Key.Name, caller.Member?.Email,
            caller.Account, caller.Key.Team, caller.Key.Project, [.. caller.Assignments.Select(RoleDocument.Of)],
            caller.Key.ExpiresAt);
    }
}
