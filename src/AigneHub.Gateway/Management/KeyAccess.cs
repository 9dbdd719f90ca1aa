using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Gateway.Management;

/// <summary>Which keys a caller may see and manage: those of the accounts, teams and projects that its roles reach.</summary>
public sealed class KeyAccess(IKeyStore keys, IOwnerStore owners, IHubSnapshots snapshots)
{
    internal static HubError NoSuchKey { get; } = Problem.NotFound("There is no key with this id.", "key_not_found");

    private static readonly HubError NeedsOwner = new(
        403, "forbidden", Blame.Caller, "Keys of other roles than member are an owner's to make, change, rotate and revoke.", "role");

    internal bool May(Caller caller, Permission permission, KeyRecord key) =>
        caller.May(permission) || May(caller, permission, key.Account, key.Team, key.Project);

    /// <summary>
    /// Null when the caller may do with the key what the route is for. Keys that it may not even read it is told are not there.
    /// </summary>
    internal async Task<HubError?> CheckAsync(ManagementCall call, ManagementRoute route, string id)
    {
        if (call.Caller.May(route.Permission))
        {
            return null;
        }

        return await keys.GetAsync(id, call.CancellationToken) is not { } key ? NoSuchKey
            : May(call.Caller, route.Permission, key.Value) ? null
            : May(call.Caller, Permission.Read, key.Value) ? Forbidden("This key is not yours to change.", null)
            : NoSuchKey;
    }

    /// <summary>Whether the caller may make, change, rotate or revoke a key of this role.</summary>
    internal static HubError? CheckRole(Caller caller, Role role) => role == Role.Member || caller.May(Permission.Own) ? null : NeedsOwner;

    /// <summary>Who can't pay gives nobody the right to.</summary>
    internal static HubError? CheckPaying(Caller caller, string account, bool? mayPay) =>
        mayPay is not true || caller.May(Permission.Pay, Scope.OfAccount(account))
            ? null
            : Forbidden("Who may not spend this account's money can't allow a key to.", "mayPay");

    /// <summary>
    /// Whether the caller may have the key's secret, or change what it can do: who manages a team or a project reaches its keys, and
    /// must not thereby spend another account's money.
    /// </summary>
    internal static HubError? CheckHolding(Caller caller, KeyRecord key, bool? mayPay = null) =>
        caller.May(Permission.ManageKeys, Scope.OfAccount(key.Account)) || key.Account == caller.Account
            ? CheckPaying(caller, key.Account, key.MayPay || mayPay is true)
            : Forbidden("This key charges an account that is not yours to manage.", null);

    /// <summary>
    /// A key charges all whom it names. So the caller must manage the account, or one of the others while the account is its own; and
    /// team and project must be the caller's to manage, or its own.
    /// </summary>
    internal async Task<HubError?> CheckNewAsync(ManagementCall call, string account, string? team, string? project)
    {
        var caller = call.Caller;
        if (caller.May(Permission.ManageKeys))
        {
            return null;
        }

        if (!caller.May(Permission.ManageKeys, Scope.OfAccount(account))
            && !(account == caller.Account && May(caller, Permission.ManageKeys, account, team, project)))
        {
            return Forbidden("You don't manage the keys of this account.", "account");
        }

        if (team is not null && team != caller.Key.Team && !caller.May(Permission.ManageKeys, Scope.OfTeam(team)))
        {
            return Forbidden("You don't manage the keys of this team.", "team");
        }

        return ProjectOf(project) is { } id && id != ProjectOf(caller.Key.Project)
            && !caller.May(Permission.ManageKeys, Scope.OfProject(id))
            && await owners.FindAsync(OwnerKind.Project, id, call.CancellationToken) is not null
            ? Forbidden("You don't manage the keys of this project.", "project")
            : null;
    }

    private bool May(Caller caller, Permission permission, string account, string? team, string? project) =>
        caller.May(permission, Scope.OfAccount(account))
        || (team is not null && caller.May(permission, Scope.OfTeam(team)))
        || (ProjectOf(project) is { } id && caller.May(permission, Scope.OfProject(id)));

    /// <summary>Labels of several accounts of a public hub may be the same by chance.</summary>
    private string? ProjectOf(string? label) => snapshots.Current.Mode == HubMode.Enterprise ? label?.ToLowerInvariant() : null;

    private static HubError Forbidden(string message, string? param) => new(403, "forbidden", Blame.Caller, message, param);
}
