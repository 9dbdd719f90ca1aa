using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Management;

namespace AigneHub.Hub.Tests.Access;

/// <summary>Somebody with one role in an account, a team or a project.</summary>
/// <param name="Token">Of an identity provider.</param>
/// <param name="Place">The account that it is in, and the team and the project of the walk.</param>
internal sealed record ScopedCaller(RoleAssignment Assignment, string Token, WalkedPlace Place)
{
    /// <summary>What the table says, put in other words than the code's; null: let in.</summary>
    /// <param name="isOwn">The route's id, or what the call makes, lies in the caller's account, team and project.</param>
    public int? Expected(ManagementRoute route, bool hasId, bool isOwn)
    {
        var (role, scope) = Assignment;
        var isChange = route.Permission is Permission.ManageMembers or Permission.ManageKeys;
        if (!Roles.Allow(role, route.Permission))
        {
            return 403;
        }

        return route.Scope switch
        {
            RouteScope.Hub => 403,
            // Members of a team or a project are members of their account; who reads or manages one has no say in the account.
            RouteScope.Own => scope.Owner == OwnerKind.Account || role == Role.Member ? null : 403,
            RouteScope.Account => isOwn && scope.Owner == OwnerKind.Account ? null : 403,
            RouteScope.Team => isOwn && scope.Owner == OwnerKind.Team ? null : 403,
            RouteScope.Project => isOwn && scope.Owner == OwnerKind.Project ? null : 403,
            // What is not the caller's to see is not there; a list has what is.
            RouteScope.Key when !hasId && !isChange => null,
            RouteScope.Key => isOwn ? null : hasId ? 404 : 403,
            RouteScope.Member when route.Permission == Permission.ReadOwn => null,
            RouteScope.Member when hasId && route.Function != nameof(ManagementRoutes.DeleteInvitation) =>
                isOwn && (scope.Owner == OwnerKind.Account || !isChange) ? null : 404,
            RouteScope.Member when hasId => isOwn ? null : 404,
            // Members are entered by their account's managers; those of a team or a project invite into it.
            RouteScope.Member when route.Function == nameof(ManagementRoutes.CreateMember) =>
                isOwn && scope.Owner == OwnerKind.Account ? null : 403,
            _ => isOwn ? null : 403,
        };
    }
}
