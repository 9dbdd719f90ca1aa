using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Members;

/// <summary><c>/api/admin/invitations</c>: list, create, withdraw; <c>/api/invitations/accept</c>.</summary>
public sealed class InvitationEndpoints
{
    private const int DaysMax = 90;
    private const int TriesMax = 3;

    /// <summary>How long a repeat may bring an interrupted acceptance to its end.</summary>
    private static readonly TimeSpan RepeatMax = TimeSpan.FromMinutes(10);

    private static readonly HubError Suspended =
        new(403, "member_suspended", Blame.Caller, "This member is suspended. Ask an administrator.");

    private readonly ManagementHandler _handler;
    private readonly IMemberStore _members;
    private readonly IOwnerStore _owners;
    private readonly MemberRules _rules;
    private readonly InvitationMakers _makers;
    private readonly LastOwner _lastOwner;
    private readonly KeyAuthenticator _authenticator;
    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;

    internal InvitationEndpoints(
        ManagementHandler handler, IMemberStore members, IOwnerStore owners, MemberRules rules, InvitationMakers makers,
        LastOwner lastOwner, KeyAuthenticator authenticator, IdentityOptions options, TimeProvider time)
    {
        (_handler, _members, _owners, _rules, _makers) = (handler, members, owners, rules, makers);
        (_lastOwner, _authenticator, _options, _time) = (lastOwner, authenticator, options, time);
    }

    /// <summary>GET by id; <c>account</c>, <c>limit</c> 1 to 200, <c>continuation</c>.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) => _handler.RunAsync(
        request, ManagementRoutes.ListInvitations, async call =>
        {
            var asked = MemberPage.Of(call);
            if (asked.Error is not null)
            {
                return asked.Error;
            }

            var page = await _members.ListInvitationsAsync(asked.Account, asked.Limit, asked.Continuation, call.CancellationToken);
            var items = page.Items.Where(one => asked.Has(one.Value.Team, one.Value.Project));
            await call.WriteAsync(
                new RecordPage<InvitationDocument>([.. items.Select(one => InvitationDocument.Of(one.Value))], page.Continuation),
                ManagementJson.Default.RecordPageInvitationDocument);
            return null;
        }, cancellationToken);

    /// <summary>POST: the answer is the only place where the code is shown.</summary>
    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _handler.RunAsync(request, ManagementRoutes.CreateInvitation, CreateAsync, cancellationToken);

    /// <summary>DELETE: withdraws it; who has accepted it stays a member.</summary>
    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) => _handler.RunAsync(
        request, ManagementRoutes.DeleteInvitation, id, async call =>
        {
            if (await _members.FindInvitationAsync(id, call.CancellationToken) is not { } found
                || !MemberRules.May(
                    call.Caller, Permission.ManageMembers, found.Value.Account, found.Value.Team, found.Value.Project))
            {
                return NotFound();
            }

            call.Before(InvitationDocument.Of(found.Value), ManagementJson.Default.InvitationDocument);
            await _members.DeleteInvitationAsync(id, call.CancellationToken);
            call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
            return null;
        }, cancellationToken);

    /// <summary>POST with a token of whoever accepts, member or not: it leaves the account it was in for the one that invites.</summary>
    public Task AcceptAsync(HttpRequest request, CancellationToken cancellationToken) => _handler.RunIdentifiedAsync(
        request, ("AcceptInvitation", "member"), JudgeAsync, AcceptAsync, cancellationToken);

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateInvitationRequest);
        if (body is null)
        {
            return error;
        }

        var now = _time.GetUtcNow();
        var account = body.Account ?? HubAccounts.FirstId;
        (var roles, error) = MemberRules.Read(body.Roles, account);
        error ??= Check(body, now)
            ?? await _rules.CheckInvitedAsync(call.Caller, account, body.Team, body.Project, call.CancellationToken)
            ?? MemberRules.CheckGift(call.Caller, roles);
        if (error is not null)
        {
            return error;
        }

        var code = Invitation.NewCode();
        var invitation = new Invitation
        {
            Id = Invitation.IdOf(code),
            Account = account,
            Team = body.Team,
            Project = body.Project,
            Roles = roles,
            Email = body.Email,
            CreatedBy = call.Caller.Key.Id,
            MakersTokenRoles = call.Caller.Member is { } maker ? [.. call.Caller.Assignments.Except(maker.Roles)] : [],
            CreatedAt = now,
            ExpiresAt = body.ExpiresAt ?? now.AddDays(_options.InvitationDays),
        };
        await _members.AddInvitationAsync(invitation, call.CancellationToken);
        await call.WriteAsync(
            InvitationDocument.Of(invitation, code), ManagementJson.Default.InvitationDocument, StatusCodes.Status201Created);
        return null;
    }

    private async Task<(Acceptance? Acceptance, HubError? Error)> JudgeAsync(IdentifiedCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.AcceptInvitationRequest);
        if (body is null)
        {
            return (null, error);
        }

        var identity = call.Identity;
        var now = _time.GetUtcNow();
        if (await _members.FindInvitationAsync(Invitation.IdOf(body.Code), call.CancellationToken) is not { Value: var invitation } found
            || (invitation.AcceptedBy is { } other && other != identity.MemberId)
            || (invitation.AcceptedBy is null && now >= invitation.ExpiresAt))
        {
            return (null, Unknown());
        }

        error = CheckEmail(invitation, identity);
        if (error is not null)
        {
            return (null, error);
        }

        if (await _owners.FindAsync(OwnerKind.Account, invitation.Account, call.CancellationToken)
            is not { Value.Status: OwnerStatus.Active })
        {
            return (null, MemberRules.Forbidden("The account that invites you is not active.", "code"));
        }

        var acceptance = new Acceptance(found, await _members.FindAsync(identity.MemberId, call.CancellationToken));
        if (acceptance.IsDone)
        {
            return (acceptance, null);
        }

        error = invitation.AcceptedBy is not null && now >= invitation.AcceptedAt + RepeatMax ? Unknown()
            : acceptance.Before?.Value.Status == MemberStatus.Suspended ? Suspended
            : await _makers.CheckAsync(invitation, call.CancellationToken);
        return error is null ? (acceptance, null) : (null, error);
    }

    private static HubError? CheckEmail(Invitation invitation, TokenIdentity identity) =>
        invitation.Email is not { } email || identity.VerifiedEmails.Contains(email, StringComparer.OrdinalIgnoreCase) ? null
        : email.Equals(identity.Email, StringComparison.OrdinalIgnoreCase)
            ? MemberRules.Forbidden(
                "This invitation is for your e-mail address, but your sign-in doesn't say that the address was verified (claim "
                + "email_verified; of Microsoft Entra ID xms_edov or upn). Ask for an invitation without an address.", "code")
        : MemberRules.Forbidden("This invitation is for another e-mail address than the one your sign-in shows.", "code");

    private async Task<HubError?> AcceptAsync(IdentifiedCall call, Acceptance acceptance)
    {
        var ((invitation, etag), before) = (acceptance.Found, acceptance.Before);
        if (before is not null)
        {
            call.Before(MemberDocument.Of(before.Value), ManagementJson.Default.MemberDocument);
        }

        if (before is not null && acceptance.IsDone)
        {
            await call.WriteAsync(MemberDocument.Of(before.Value), ManagementJson.Default.MemberDocument);
            return null;
        }

        var identity = call.Identity;
        var now = _time.GetUtcNow();
        var error = before is null || LastOwner.IsOwner(Joined(invitation, identity, before.Value, now))
            ? null
            : await _lastOwner.CheckAsync(before.Value, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        // First the invitation, so that two who accept at once are not both let in; a repeat brings to its end what was interrupted.
        if (invitation.AcceptedBy is null && !await _members.ReplaceInvitationAsync(
            invitation with { AcceptedBy = identity.MemberId, AcceptedAt = now }, etag, call.CancellationToken))
        {
            return new HubError(409, "conflict", Blame.Caller, "The invitation is being accepted at the moment. Repeat the request.");
        }

        return await JoinAsync(call, invitation, now);
    }

    private async Task<HubError?> JoinAsync(IdentifiedCall call, Invitation invitation, DateTimeOffset now)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var found = await _members.FindAsync(call.Identity.MemberId, call.CancellationToken);
            if (found?.Value.Status == MemberStatus.Suspended)
            {
                return Suspended;
            }

            var joined = Joined(invitation, call.Identity, found?.Value, now);
            var isDone = found is null
                ? await _members.AddAsync(joined, call.CancellationToken)
                : await _members.ReplaceAsync(joined, found.ETag, call.CancellationToken);
            if (isDone)
            {
                _authenticator.Forget();
                await call.WriteAsync(MemberDocument.Of(joined), ManagementJson.Default.MemberDocument);
                return null;
            }
        }

        return new HubError(409, "conflict", Blame.Caller, "The member is being changed by others at the moment. Repeat the request.");
    }

    /// <summary>Roles on the whole hub stay; those of the account that is left don't.</summary>
    private static MemberRecord Joined(Invitation invitation, TokenIdentity identity, MemberRecord? before, DateTimeOffset now) => new()
    {
        Id = identity.MemberId,
        Kind = before?.Kind ?? (identity.IsApplication ? MemberKind.Workload : MemberKind.User),
        Issuer = identity.Issuer.Issuer,
        Subject = identity.Subject,
        Name = identity.Name ?? before?.Name,
        Email = identity.Email ?? before?.Email,
        Account = invitation.Account,
        Team = invitation.Team,
        Project = invitation.Project,
        Roles = [.. invitation.Roles.Union((before?.Roles ?? []).Where(role => role.Scope == Scope.Hub))],
        CreatedAt = before?.CreatedAt ?? now,
        LastSeen = before?.LastSeen,
        TokenTeam = before?.TokenTeam,
        TokenRoles = before?.TokenRoles ?? [],
    };

    private static HubError? Check(CreateInvitationRequest body, DateTimeOffset now) =>
        body.ExpiresAt is { } expires && (expires <= now || expires > now.AddDays(DaysMax))
            ? Problem.BadRequest($"'expiresAt' must lie within the next {DaysMax} days.", "expiresAt")
        : body.Email is { } email && !OwnerRecord.IsEmail(email)
            ? Problem.BadRequest($"'email' must be an e-mail address of at most {OwnerRecord.EmailCharactersMax} characters.", "email")
        : null;

    private static HubError Unknown() => Problem.NotFound(
        "This invitation is not known, has expired or was accepted by another. Ask for a new one.", "invitation_not_found");

    private static HubError NotFound() => Problem.NotFound("There is no invitation with this id.", "invitation_not_found");

    /// <param name="Before">The member that whoever accepts is already.</param>
    private sealed record Acceptance(Versioned<Invitation> Found, Versioned<MemberRecord>? Before)
    {
        /// <summary>
        /// A repeat brings to its end what was interrupted, and nothing else: a code is good once, whatever became of the member since.
        /// </summary>
        public bool IsDone => Found.Value.AcceptedBy is not null && Before?.Value.Account == Found.Value.Account;
    }
}
