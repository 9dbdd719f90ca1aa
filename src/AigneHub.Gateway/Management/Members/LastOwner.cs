using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management.Members;

/// <summary>Keeps the hub from being left without an owner.</summary>
/// <param name="HasKey">The settings name the administrator's key, which is an owner's.</param>
internal sealed record LastOwner(bool HasKey)
{
    private const int PageSize = 200;
    private static readonly RoleAssignment Hub = new(Role.Owner, Scope.Hub);

    public static bool IsOwner(MemberRecord member) => member.Status == MemberStatus.Active && member.Roles.Contains(Hub);

    /// <summary>Null when there is an owner beside this member.</summary>
    public async Task<HubError?> CheckAsync(IMemberStore members, MemberRecord leaving, CancellationToken cancellationToken)
    {
        if (HasKey || !IsOwner(leaving))
        {
            return null;
        }

        string? continuation = null;
        do
        {
            var page = await members.ListAsync(null, PageSize, continuation, cancellationToken);
            if (page.Items.Any(one => one.Value.Id != leaving.Id && IsOwner(one.Value)))
            {
                return null;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return new HubError(
            409, "last_owner", Blame.Caller,
            "This is the hub's last owner, and no administrator's key is set (AIGNEHUB_ADMIN_KEY). Make another owner first.");
    }
}
