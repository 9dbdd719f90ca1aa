using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;

namespace AigneHub.Gateway.Authentication;

/// <summary>Who makes a call.</summary>
/// <param name="Terms">What its calls are charged to and limited by.</param>
/// <param name="Assignments">Its roles.</param>
public sealed record Caller(KeyRecord Key, CallTerms Terms, IReadOnlyList<RoleAssignment> Assignments)
{
    public string Account => Key.Account;

    /// <summary>Its calls are paid out of the account's credit, and answers may tell how much.</summary>
    public bool SpendsCredit => Terms.Account.Terms is { Kind: PurseKind.Credit };

    /// <summary>Whose token or own key it is; null for keys made for applications.</summary>
    public MemberRecord? Member { get; init; }

    /// <summary>The account, team or project whose calls are not taken, because it is suspended or closed; null: none.</summary>
    public OwnerRecord? Barred { get; init; }

    /// <summary>What those are told whose account, team or project is not active; null when it is.</summary>
    public HubError? Refusal => Barred is not { } owner ? null : new HubError(
        403, $"{Word(owner.Kind)}_{(owner.Status == OwnerStatus.Suspended ? "suspended" : "closed")}", Blame.Caller,
        $"The {Word(owner.Kind)} '{owner.Id}' is {(owner.Status == OwnerStatus.Suspended ? "suspended" : "closed")}"
        + $"{(owner.StatusReason is { } reason ? $" ({reason})" : "")}. Ask an administrator of the hub.");

    /// <summary>
    /// Whether a management call of this kind is left to it where its account, team or project is not active: of an account that is
    /// closed or deleted none; else to the hub's own people all, to others of a suspended one reading and paying.
    /// </summary>
    public bool MayDespite(Permission permission) =>
        Barred is null
        || (Barred is not { Kind: OwnerKind.Account, Status: OwnerStatus.Closed or OwnerStatus.Deleted }
            && Assignments.Any(assignment => assignment.Scope == Scope.Hub && Roles.Allow(assignment.Role, permission)))
        || (Barred.Status == OwnerStatus.Suspended
            && permission is Permission.ReadOwn or Permission.Read or Permission.ReadAudit or Permission.Pay);

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

    private static string Word(OwnerKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Whether it has the permission anywhere; what exactly it may see or change is to be asked of each thing.</summary>
    public bool MaySomewhere(Permission permission) => Assignments.Any(assignment => Roles.Allow(assignment.Role, permission));
}
