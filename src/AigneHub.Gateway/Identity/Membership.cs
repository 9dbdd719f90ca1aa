using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Identity;

/// <summary>
/// Finds the member whose token it is, or makes one: in Provider mode of anybody, with an account of its own; else of those whom a
/// role, a group or the settings let in. Made once, however many tokens come at the same time.
/// </summary>
internal sealed partial class Membership(
    IMemberStore members, OwnerOpening accounts, IHubSnapshots snapshots, TimeProvider time, ILogger<Membership> logger)
{
    private static readonly TimeSpan SeenEvery = TimeSpan.FromDays(1);
    private const int NameCharactersMax = 100;

    /// <summary>Exactly one of the results is null.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<(MemberRecord? Member, HubError? Error)> OfAsync(
        TokenIdentity identity, MappedAccess mapped, CancellationToken cancellationToken)
    {
        if (await members.FindAsync(identity.MemberId, cancellationToken) is { } found)
        {
            return found.Value.Status == MemberStatus.Suspended
                ? (null, new HubError(403, "member_suspended", Blame.Caller, "This member is suspended. Ask an administrator."))
                : (await SeenAsync(found, identity, mapped, cancellationToken), null);
        }

        var signsUp = mapped.IsEmpty && !identity.IsApplication && identity.Issuer.Access.SignUp
            && snapshots.Current.Mode == HubMode.Provider;
        if (mapped.IsEmpty && !signsUp)
        {
            return (null, identity.HasGroupsElsewhere && identity.Issuer.Access.Groups.Count > 0
                ? GroupsElsewhere() : NotInvited(identity));
        }

        var account = signsUp
            ? MemberRecord.AccountIdOf(identity.Issuer.Issuer, identity.Subject)
            : mapped.Place.Account ?? identity.Issuer.Access.Account;
        if (signsUp && await SignUpAsync(account, identity, cancellationToken) is { } error)
        {
            return (null, error);
        }

        var member = Seen(new MemberRecord
        {
            Id = identity.MemberId,
            Kind = mapped.IsWorkload || identity.IsApplication ? MemberKind.Workload : MemberKind.User,
            Issuer = identity.Issuer.Issuer,
            Subject = identity.Subject,
            Account = account,
            Roles = signsUp ? [new RoleAssignment(Role.Owner, Scope.OfAccount(account))] : [],
            CreatedAt = time.GetUtcNow(),
        }, identity, mapped);
        if (await members.AddAsync(member, cancellationToken))
        {
            LogNew(member.Id, identity.Issuer.Name, account);
            return (member, null);
        }

        // Another call, or an administrator, was quicker.
        return await OfAsync(identity, mapped, cancellationToken);
    }

    /// <summary>All that it may: what its record says, and what this token gives.</summary>
    public static IReadOnlyList<RoleAssignment> AssignmentsOf(MemberRecord member, MappedAccess mapped)
    {
        var all = member.Roles.Concat(mapped.Roles.Select(role => role.For(member.Account))).ToList();
        var isWorkload = mapped.IsWorkload && (mapped.Place.Account is null || mapped.Place.Account == member.Account);
        if (isWorkload || all.Exists(assignment => assignment is
            { Role: Role.Member, Scope.Owner: OwnerKind.Team or OwnerKind.Project }))
        {
            // A member of a team or a project is one of its account. Who is one of another account by now charges nothing to this one.
            all.Add(new RoleAssignment(Role.Member, Scope.OfAccount(member.Account)));
        }

        return [.. all.Distinct()];
    }

    internal static HubError NoRole(TokenIdentity identity) => identity.HasGroupsElsewhere && identity.Issuer.Access.Groups.Count > 0
        ? GroupsElsewhere()
        : new HubError(
            403, "no_role", Blame.Caller,
            "You are a member of this hub without a role: your groups or roles at the identity provider give none (any more). Ask an "
            + "administrator.");

    private static HubError GroupsElsewhere() => new(
        403, "groups_overage", Blame.Caller,
        "You are in more groups than a token holds, so it lists none. Ask your administrator to assign app roles, or to emit only the "
        + "groups that are assigned to the application.");

    private static HubError NotInvited(TokenIdentity identity) => new(
        403, "not_invited", Blame.Caller, identity.IsApplication
            ? "This application is not known to the hub. An administrator makes it a member (POST /api/admin/members), or the setting "
                + "Workloads of its issuer names it."
            : "Your sign-in is good, but you are no member of this hub. Ask an administrator for an invitation and accept it (POST "
                + "/api/invitations/accept), or for a role or group that the hub knows.");

    private async Task<HubError?> SignUpAsync(string account, TokenIdentity identity, CancellationToken cancellationToken)
    {
        var name = NameOf(identity) ?? "Customer";
        var opened = await accounts.OpenAsync(
            new OwnerRecord
            {
                Kind = OwnerKind.Account,
                Id = account,
                Name = name,
                Email = identity.Email is { } email && identity.VerifiedEmails.Contains(email) && OwnerRecord.IsEmail(email)
                    ? email : null,
                Terms = new PurseTerms(PurseKind.Credit),
                CreatedAt = time.GetUtcNow(),
            },
            cancellationToken);
        if (opened.Error is not null || opened.IsNew)
        {
            return opened.Error;
        }

        return opened.Owner?.Value.Status == OwnerStatus.Deleted || await IsOthersAsync(account, identity, cancellationToken)
            ? NotInvited(identity)
            : null;
    }

    /// <summary>Who was taken out of the account that was made for him once doesn't come back into it by himself.</summary>
    private async Task<bool> IsOthersAsync(string account, TokenIdentity identity, CancellationToken cancellationToken) =>
        await MemberWalk.OfAsync(members, account, cancellationToken)
            .AnyAsync(one => one.Id != identity.MemberId, cancellationToken);

    private async Task<MemberRecord> SeenAsync(
        Versioned<MemberRecord> found, TokenIdentity identity, MappedAccess mapped, CancellationToken cancellationToken)
    {
        var seen = Seen(found.Value, identity, mapped);
        if (found.Value.LastSeen is { } last && time.GetUtcNow() - last < SeenEvery
            && (seen.Name, seen.Email) == (found.Value.Name, found.Value.Email)
            && seen.TokenTeam == found.Value.TokenTeam && seen.TokenRoles.SequenceEqual(found.Value.TokenRoles))
        {
            return found.Value;
        }

        try
        {
            // Another instance may have noted it, or an administrator changed the record: what was read holds for this call.
            await members.ReplaceAsync(seen, found.ETag, cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            LogNotSeen(seen.Id, e);
        }

        return seen;
    }

    private MemberRecord Seen(MemberRecord member, TokenIdentity identity, MappedAccess mapped) => member with
    {
        Name = NameOf(identity) ?? member.Name,
        Email = identity.Email ?? member.Email,
        LastSeen = time.GetUtcNow(),
        TokenTeam = mapped.Place.Team,
        TokenRoles = [.. mapped.Roles.Where(role => role.Role != Role.Member).Select(role => role.For(member.Account))
            .Distinct().OrderBy(role => role.ToString(), StringComparer.Ordinal)],
    };

    private static string? NameOf(TokenIdentity identity) =>
        identity.Name is { Length: > NameCharactersMax } name ? name[..NameCharactersMax] : identity.Name;

    [LoggerMessage(Level = LogLevel.Information, Message = "New member {Member} of {Issuer} in account {Account}")]
    private partial void LogNew(string member, string issuer, string account);

    [LoggerMessage(Level = LogLevel.Warning, Message = "It can't be noted that member {Member} was seen")]
    private partial void LogNotSeen(string member, Exception exception);
}
