using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Authentication;

/// <summary>Who makes a call.</summary>
/// <param name="Terms">What its calls are charged to and limited by.</param>
/// <param name="Assignments">Its roles.</param>
public sealed record Caller(KeyRecord Key, CallTerms Terms, IReadOnlyList<RoleAssignment> Assignments)
{
    public string Account => Key.Account;

    /// <summary>Whether it has the permission in one of these scopes, or on the whole hub.</summary>
    public bool May(Permission permission, params ReadOnlySpan<Scope> scopes)
    {
        foreach (var assignment in Assignments)
        {
            if (assignment.Allows(permission, scopes))
            {
                return true;
            }
        }

        return permission == Permission.Pay && Key.MayPay && scopes.Contains(Scope.OfAccount(Account));
    }

    /// <summary>Whether it has the permission anywhere; what exactly it may see or change is to be asked of each thing.</summary>
    public bool MaySomewhere(Permission permission) => Assignments.Any(assignment => Roles.Allow(assignment.Role, permission));
}
