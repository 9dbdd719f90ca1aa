using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Gateway.Management.Members;

/// <summary>What of members and invitations may be asked for, and by whom.</summary>
internal sealed class MemberRules(IOwnerStore owners, IHubSnapshots snapshots)
{
    private const int RolesMax = 20;

    /// <summary>Whether the caller may read or manage what belongs to this account.</summary>
    public static bool May(Caller caller, Permission permission, string account) =>
        caller.May(permission, Scope.OfAccount(account));

    /// <summary>Likewise of what lies in a team or a project, too.</summary>
    public static bool May(Caller caller, Permission permission, string account, string? team, string? project) =>
        May(caller, permission, account) || MayBelow(caller, permission, team, project);

    /// <summary>Whether it is the team's or the project's manager, or reader.</summary>
    public static bool MayBelow(Caller caller, Permission permission, string? team, string? project) =>
        (team is not null && caller.May(permission, Scope.OfTeam(team)))
        || (project is not null && caller.May(permission, Scope.OfProject(project)));

    /// <summary>
    /// Nobody gives or takes a role that says more than his own: every permission of it is to be had where it holds, and
    /// <see cref="Permission.Own"/> for owners and administrators.
    /// </summary>
    public static HubError? CheckGift(Caller caller, IEnumerable<RoleAssignment> roles)
    {
        foreach (var (role, scope) in roles)
        {
            var needsOwn = role is Role.Owner or Role.Administrator;
            if ((needsOwn && !caller.May(Permission.Own, scope)) || !caller.May(Permission.ManageMembers, scope)
                || !Array.TrueForAll(
                    Enum.GetValues<Permission>(), permission => !Roles.Allow(role, permission) || caller.May(permission, scope)))
            {
                return Forbidden(
                    $"This needs more than your own roles: {EnumWord<Role>.Of(role)} of {scope} is given and taken "
                    + $"by {(needsOwn ? "owners" : "those who may all of it")} alone.", "roles");
            }
        }

        return null;
    }

    public static (IReadOnlyList<RoleAssignment> Roles, HubError? Error) Read(IReadOnlyList<RoleDocument>? roles, string account)
    {
        if (roles is null)
        {
            return ([new RoleAssignment(Role.Member, Scope.OfAccount(account))], null);
        }

        var all = new List<RoleAssignment>();
        foreach (var role in roles)
        {
            var scope = role?.Role == Role.Member ? Scope.OfAccount(account) : Scope.Hub;
            if (role is null || roles.Count > RolesMax || (role.Scope is { } text && !Scope.TryParse(text, out scope)))
            {
                return ([], Problem.BadRequest(
                    $"'roles' takes at most {RolesMax} roles; 'scope' is hub, account:…, team:… or project:….", "roles"));
            }

            all.Add(new RoleAssignment(role.Role, scope));
        }

        return ([.. all.Distinct()], null);
    }

    /// <summary>The account must be there and active; team and project must be there and the caller's to fill.</summary>
    public async Task<HubError?> CheckPlaceAsync(
        Caller caller, string account, string? team, string? project, CancellationToken cancellationToken)
    {
        return !May(caller, Permission.ManageMembers, account) ? ForbiddenAccount()
            : await CheckThereAsync(caller, account, team, project, cancellationToken);
    }

    /// <summary>
    /// <see cref="CheckPlaceAsync"/> of an invitation: who manages a team or a project invites into it whom his own account pays for.
    /// </summary>
    public async Task<HubError?> CheckInvitedAsync(
        Caller caller, string account, string? team, string? project, CancellationToken cancellationToken)
    {
        var mayInvite = May(caller, Permission.ManageMembers, account)
            || (account == caller.Account && MayBelow(caller, Permission.ManageMembers, team, project));
        return mayInvite ? await CheckThereAsync(caller, account, team, project, cancellationToken) : ForbiddenAccount();
    }

    private static HubError ForbiddenAccount() =>
        Forbidden("This needs one of the roles administrator, owner of the account or on the whole hub.", "account");

    private async Task<HubError?> CheckThereAsync(
        Caller caller, string account, string? team, string? project, CancellationToken cancellationToken)
    {
        if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is not { Value.Status: OwnerStatus.Active })
        {
            return Problem.BadRequest("There is no such account that is active.", "account", "account_not_found");
        }

        return await CheckAsync(caller, OwnerKind.Team, team, cancellationToken)
            ?? await CheckAsync(caller, OwnerKind.Project, project, cancellationToken);
    }

    /// <summary>
    /// Of a public hub's accounts nobody enters identities that have not asked for it: at their first sign-in they would find
    /// themselves in a stranger's account.
    /// </summary>
    public HubError? CheckDirect(Caller caller) =>
        snapshots.Current.Mode == HubMode.Enterprise || caller.May(Permission.ManageMembers)
            ? null
            : Forbidden("Who manages members of the whole hub alone enters them directly. Invite them (POST /api/admin/invitations).");

    /// <summary>Whether it may call models by its record, whatever its tokens give beside it.</summary>
    public static bool MayCall(MemberRecord member) => member.Roles.Any(
        role => role.Role == Role.Member || role.Allows(Permission.Call, [Scope.OfAccount(member.Account)]));

    internal static HubError Forbidden(string message, string? param = null) => new(403, "forbidden", Blame.Caller, message, param);

    private async Task<HubError?> CheckAsync(Caller caller, OwnerKind kind, string? id, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return null;
        }

        var name = EnumWord<OwnerKind>.Of(kind);
        if (OwnerEndpoints.CheckMode(kind, snapshots.Current.Mode) is { } error)
        {
            return error with { Param = name };
        }

        // Its calls are charged there, too.
        return !caller.May(Permission.ManageMembers, new Scope(kind, id))
            ? Forbidden($"This needs one of the roles administrator, owner of the {name} or on the whole hub.", name)
            : await owners.FindAsync(kind, id, cancellationToken) is null or { Value.Status: OwnerStatus.Deleted }
                ? Problem.BadRequest($"There is no such {name}.", name, $"{name}_not_found")
                : null;
    }
}
