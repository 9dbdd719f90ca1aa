using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Gateway.Management.Members;

/// <summary>Whether who made an invitation could make it today: what somebody may give ends with his own rights.</summary>
internal sealed class InvitationMakers(
    IMemberStore members, IKeyStore keys, CallerBook callers, MemberRules rules, TimeProvider time)
{
    /// <summary>
    /// Null while its maker is there and may give what it gives. Of roles by groups of the identity provider, those count that its token
    /// had when it was made.
    /// </summary>
    public async Task<HubError?> CheckAsync(Invitation invitation, CancellationToken cancellationToken)
    {
        var maker = invitation.CreatedBy.StartsWith(MemberRecord.IdPrefix, StringComparison.Ordinal)
            ? await MemberAsync(invitation, cancellationToken)
            : await KeyAsync(invitation.CreatedBy, cancellationToken);
        var isAllowed = maker is not null && maker.MayDespite(Permission.ManageMembers)
            && MemberRules.CheckGift(maker, invitation.Roles) is null
            && await rules.CheckInvitedAsync(
                maker, invitation.Account, invitation.Team, invitation.Project, cancellationToken) is null;
        return isAllowed
            ? null
            : MemberRules.Forbidden("Who made this invitation may not give (any more) what it gives. Ask for another one.", "code");
    }

    private async Task<Caller?> KeyAsync(string id, CancellationToken cancellationToken) =>
        await keys.GetAsync(id, cancellationToken) is { Value: var key } && key.IsActive(time.GetUtcNow())
            ? await callers.OfAsync(key, [KeyAuthenticator.AssignmentOf(key)])
            : null;

    private async Task<Caller?> MemberAsync(Invitation invitation, CancellationToken cancellationToken)
    {
        if (await members.FindAsync(invitation.CreatedBy, cancellationToken) is not { Value: { Status: MemberStatus.Active } member })
        {
            return null;
        }

        // Stored nowhere, as with a token.
        var key = new KeyRecord
        {
            Id = member.Id,
            Hash = "",
            Account = member.Account,
            Name = member.Id,
            Role = Role.Member,
            Hint = "",
            CreatedAt = member.CreatedAt,
        };
        return await callers.OfAsync(key, [.. member.Roles.Union(invitation.MakersTokenRoles)], member);
    }
}
