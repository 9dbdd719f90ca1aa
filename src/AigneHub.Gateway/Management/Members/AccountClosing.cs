using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;

namespace AigneHub.Gateway.Management.Members;

/// <summary>Whether somebody may close an account: its members and keys are as good as none from then on.</summary>
public sealed class AccountClosing(IMemberStore members, IKeyStore keys, LastOwner lastOwner, TimeProvider time)
{
    /// <summary>Null when the caller may take the roles on the whole hub that its members and keys have, and an owner is left.</summary>
    internal async Task<HubError?> CheckAsync(Caller caller, string account, CancellationToken cancellationToken)
    {
        var roles = new HashSet<RoleAssignment>();
        await foreach (var member in MemberWalk.OfAsync(members, account, cancellationToken))
        {
            roles.UnionWith(member.Status == MemberStatus.Active ? member.Roles.Union(member.TokenRoles) : []);
        }

        await foreach (var key in keys.ListOfAsync(OwnerKind.Account, account, cancellationToken))
        {
            roles.UnionWith(key.IsActive(time.GetUtcNow()) ? [KeyAuthenticator.AssignmentOf(key)] : []);
        }

        var error = MemberRules.CheckGift(caller, roles.Where(role => role.Scope == Scope.Hub));
        return error is null ? await lastOwner.CheckAsync(account, cancellationToken) : error with { Param = "status" };
    }
}
