using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Identity;

namespace AigneHub.Gateway.Management.Members;

/// <summary>Keeps the hub from being left without an owner.</summary>
/// <param name="hasKey">The settings name the administrator's key, which is an owner's.</param>
public sealed class LastOwner(bool hasKey, IMemberStore members, IOwnerStore owners)
{
    private static readonly RoleAssignment Hub = new(Role.Owner, Scope.Hub);

    private static readonly HubError Last = new(
        409, "last_owner", Blame.Caller,
        "This is the hub's last owner, and no administrator's key is set (AIGNEHUB_ADMIN_KEY). Make another owner first.");

    /// <summary>By its record, or by the last token that was seen of it.</summary>
    internal static bool IsOwner(MemberRecord member) =>
        member.Status == MemberStatus.Active && (member.Roles.Contains(Hub) || member.TokenRoles.Contains(Hub));

    /// <summary>Null when there is an owner beside this member.</summary>
    internal async Task<HubError?> CheckAsync(MemberRecord leaving, CancellationToken cancellationToken) =>
        hasKey || !IsOwner(leaving) || await IsThereAsync(one => one.Id != leaving.Id, cancellationToken) ? null : Last;

    /// <summary>Null when there is none in this account, or another one elsewhere.</summary>
    internal async Task<HubError?> CheckAsync(string account, CancellationToken cancellationToken) =>
        hasKey || !await MemberWalk.OfAsync(members, account, cancellationToken).AnyAsync(IsOwner, cancellationToken)
        || await IsThereAsync(one => one.Account != account, cancellationToken) ? null : Last;

    private async Task<bool> IsThereAsync(Func<MemberRecord, bool> counts, CancellationToken cancellationToken)
    {
        await foreach (var one in MemberWalk.OfAsync(members, null, cancellationToken))
        {
            // Those of an account that is closed are nobody's.
            if (IsOwner(one) && counts(one) && await owners.FindAsync(OwnerKind.Account, one.Account, cancellationToken)
                is { Value.Status: OwnerStatus.Active or OwnerStatus.Suspended })
            {
                return true;
            }
        }

        return false;
    }
}
