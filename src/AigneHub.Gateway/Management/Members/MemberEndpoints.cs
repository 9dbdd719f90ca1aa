using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Members;

/// <summary><c>/api/me</c>; <c>/api/admin/members</c>: list, get, create, update, delete. Of the caller's account, or of all.</summary>
public sealed class MemberEndpoints
{
    private const int TextCharsMax = 256;
    private const int NameCharsMax = 100;

    private readonly ManagementHandler _handler;
    private readonly IMemberStore _members;
    private readonly MemberRules _rules;
    private readonly LastOwner _lastOwner;
    private readonly KeyCalls _keys;
    private readonly KeyAuthenticator _authenticator;
    private readonly IReadOnlyCollection<string> _issuers;
    private readonly TimeProvider _time;

    internal MemberEndpoints(
        ManagementHandler handler, IMemberStore members, MemberRules rules, LastOwner lastOwner, KeyCalls keys,
        KeyAuthenticator authenticator, IdentityOptions identity, TimeProvider time)
    {
        (_handler, _members, _rules, _lastOwner, _keys) = (handler, members, rules, lastOwner, keys);
        (_authenticator, _time) = (authenticator, time);
        _issuers = [.. TokenIssuers.Of(identity, out _).Keys];
    }

    /// <summary>GET: who calls, and as what.</summary>
    public Task MeAsync(HttpRequest request, CancellationToken cancellationToken) => _handler.RunAsync(
        request, ManagementRoutes.Me, async call =>
        {
            await call.WriteAsync(MeDocument.Of(call.Caller), ManagementJson.Default.MeDocument);
            return null;
        }, cancellationToken);

    /// <summary>GET by id; <c>account</c>, <c>limit</c> 1 to 200, <c>continuation</c>.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) => _handler.RunAsync(
        request, ManagementRoutes.ListMembers, async call =>
        {
            var asked = MemberPage.Of(call);
            if (asked.Error is not null)
            {
                return asked.Error;
            }

            var page = await _members.ListAsync(asked.Account, asked.Limit, asked.Continuation, call.CancellationToken);
            var items = page.Items.Where(one => asked.Has(one.Value.TeamNow, one.Value.Project));
            await call.WriteAsync(
                new RecordPage<MemberDocument>([.. items.Select(one => MemberDocument.Of(one.Value))], page.Continuation),
                ManagementJson.Default.RecordPageMemberDocument);
            return null;
        }, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) => _handler.RunAsync(
        request, ManagementRoutes.GetMember, id, async call =>
        {
            var found = await FindAsync(call, id, Permission.Read);
            if (found is not null)
            {
                await WriteAsync(call, found);
            }

            return found is null ? NotFound() : null;
        }, cancellationToken);

    /// <summary>POST: once for an issuer and subject, whatever is repeated.</summary>
    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _handler.RunAsync(request, ManagementRoutes.CreateMember, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        _handler.RunAsync(request, ManagementRoutes.UpdateMember, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE: its tokens give no roles of the record any more, its own keys are revoked.</summary>
    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        _handler.RunAsync(request, ManagementRoutes.DeleteMember, id, call => DeleteAsync(call, id), cancellationToken);

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateMemberRequest);
        if (body is null)
        {
            return error;
        }

        var account = body.Account ?? HubAccounts.FirstId;
        (var roles, error) = MemberRules.Read(body.Roles, account);
        error ??= Check(body) ?? _rules.CheckDirect(call.Caller)
            ?? await _rules.CheckPlaceAsync(call.Caller, account, body.Team, body.Project, call.CancellationToken)
            ?? MemberRules.CheckGift(call.Caller, roles);
        if (error is not null)
        {
            return error;
        }

        var member = new MemberRecord
        {
            Id = MemberRecord.IdOf(body.Issuer, body.Subject),
            Kind = body.Kind ?? MemberKind.User,
            Issuer = body.Issuer,
            Subject = body.Subject,
            Name = body.Name,
            Account = account,
            Team = body.Team,
            Project = body.Project,
            Roles = roles,
            CreatedAt = _time.GetUtcNow(),
        };
        var isNew = await _members.AddAsync(member, call.CancellationToken);
        _authenticator.Forget();
        var found = await _members.FindAsync(member.Id, call.CancellationToken);
        if (found is null || !IsSame(found.Value, member))
        {
            return new HubError(
                409, "already_exists", Blame.Caller, "There is a member of this issuer and subject with other content. Change it "
                + "with PATCH.", "subject");
        }

        await WriteAsync(call, found, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        return null;
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateMemberRequest);
        if (body is null)
        {
            return error;
        }

        if (await FindAsync(call, id, Permission.ManageMembers) is not { } found)
        {
            return NotFound();
        }

        var before = found.Value;
        call.Before(MemberDocument.Of(before), ManagementJson.Default.MemberDocument);
        (var roles, error) = body.Roles is null ? (before.Roles, null) : MemberRules.Read(body.Roles, before.Account);
        var updated = before with
        {
            Status = body.Status ?? before.Status,
            Roles = roles,
            Team = body.Team.Or(before.Team),
            Project = body.Project.Or(before.Project),
        };
        // Whose status changes loses or gets all of its roles, those of its tokens, too.
        var changed = updated.Status != before.Status
            ? before.Roles.Union(roles).Union(before.TokenRoles)
            : before.Roles.Except(roles).Union(roles.Except(before.Roles));
        error ??= ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true)
            ?? MemberRules.CheckGift(call.Caller, changed)
            // Members of accounts that are not active must be suspended and stripped of their roles, too.
            ?? (body.Team.Value is null && body.Project.Value is null ? null : await _rules.CheckPlaceAsync(
                call.Caller, before.Account, body.Team.Value, body.Project.Value, call.CancellationToken))
            ?? (LastOwner.IsOwner(updated) ? null : await _lastOwner.CheckAsync(before, call.CancellationToken));
        if (error is not null)
        {
            return error;
        }

        // What was made by a right ends with it. Before the change, so that a repeat finds what an interruption has left; and after it,
        // since the member may have made another one meanwhile.
        var endsKeys = MemberRules.MayCall(before) && !MemberRules.MayCall(updated);
        error = endsKeys ? await _keys.RevokeOwnAsync(id, call.CancellationToken) : null;
        if (error is not null)
        {
            return error;
        }

        var isReplaced = await _members.ReplaceAsync(updated, found.ETag, call.CancellationToken);
        _authenticator.Forget();
        error = endsKeys && isReplaced ? await _keys.RevokeOwnAsync(id, call.CancellationToken) : null;
        if (error is not null)
        {
            return error;
        }

        if (!isReplaced || await _members.FindAsync(id, call.CancellationToken) is not { } after)
        {
            return ConfigurationCalls.Mismatch();
        }

        await WriteAsync(call, after);
        return null;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call, string id)
    {
        if (await FindAsync(call, id, Permission.ManageMembers) is not { } found)
        {
            return NotFound();
        }

        call.Before(MemberDocument.Of(found.Value), ManagementJson.Default.MemberDocument);
        // Who signs in again becomes a member of the same id: what was made before must not work again. Twice, as in UpdateAsync.
        var error = MemberRules.CheckGift(call.Caller, found.Value.Roles.Union(found.Value.TokenRoles))
            ?? await _lastOwner.CheckAsync(found.Value, call.CancellationToken)
            ?? await _keys.RevokeOwnAsync(id, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        await _members.DeleteAsync(id, call.CancellationToken);
        _authenticator.Forget();
        error = await _keys.RevokeOwnAsync(id, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    /// <summary>Null also where the caller may not know of it.</summary>
    private async Task<Versioned<MemberRecord>?> FindAsync(ManagementCall call, string id, Permission permission) =>
        await _members.FindAsync(id, call.CancellationToken) is { } found
        && (MemberRules.May(call.Caller, permission, found.Value.Account)
            || (permission == Permission.Read && MemberRules.MayBelow(call.Caller, permission, found.Value.TeamNow, found.Value.Project)))
            ? found
            : null;

    private HubError? Check(CreateMemberRequest body) =>
        !_issuers.Contains(body.Issuer)
            ? Problem.BadRequest($"'issuer' must be one of the settings': {string.Join(", ", _issuers)}.", "issuer", "issuer_not_known")
        : body.Subject.Length is 0 or > TextCharsMax || body.Subject.Any(char.IsControl)
            ? Problem.BadRequest($"'subject' must have 1 to {TextCharsMax} characters, none of them control characters.", "subject")
        : body.Name is { } name && (name.Length is 0 or > NameCharsMax || name.Any(char.IsControl))
            ? Problem.BadRequest($"'name' must have 1 to {NameCharsMax} characters, none of them control characters.", "name")
        : null;

    private static bool IsSame(MemberRecord a, MemberRecord b) =>
        (a.Kind, a.Account, a.Team, a.Project) == (b.Kind, b.Account, b.Team, b.Project) && a.Roles.SequenceEqual(b.Roles);

    private static Task WriteAsync(ManagementCall call, Versioned<MemberRecord> member, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = member.ETag;
        return call.WriteAsync(MemberDocument.Of(member.Value), ManagementJson.Default.MemberDocument, status);
    }

    private static HubError NotFound() => Problem.NotFound("There is no member with this id.", "member_not_found");
}
