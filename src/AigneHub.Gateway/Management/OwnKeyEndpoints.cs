using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>/api/me/keys</c>: keys that a caller makes for itself, in its own account and with no more rights than its own. A member sees
/// all of its own, a key itself and those that were made with it.
/// </summary>
public sealed class OwnKeyEndpoints(ManagementHandler handler, KeyCalls calls, IKeyStore keys, IMemberStore members, GatewayOptions options)
{
    // Revoked ones stay.
    private const int MadeMax = 1_000;

    private static readonly HubError NotWithThis = new(
        403, "forbidden", Blame.Caller, "This key was made with another one and makes none itself. Use that one.");

    /// <summary>GET, newest first, all.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.ListMyKeys,
        async call => await calls.WriteAsync(call, await keys.ListOwnAsync(OwnerOf(call.Caller), call.CancellationToken), null),
        cancellationToken);

    /// <summary>POST: the answer is the only place where the key itself is shown.</summary>
    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateMyKey, CreateAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.GetMyKey, id,
        async call => await keys.GetAsync(id, call.CancellationToken) is { } found && Sees(call.Caller, found.Value)
            ? await calls.WriteAsync(call, found)
            : KeyAccess.NoSuchKey,
        cancellationToken);

    /// <summary>PATCH with If-Match: name, models, modelsDenied, scopes, ipRanges, expiresAt, mayPay; not of the calling key.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateMyKey, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE; the calling key may end itself.</summary>
    public Task RevokeAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.RevokeMyKey, id,
        call => calls.RevokeAsync(call, id, key => Sees(call.Caller, key) ? null : KeyAccess.NoSuchKey), cancellationToken);

    /// <summary>POST: another secret, of the calling key, too.</summary>
    public Task RotateAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.RotateMyKey, id, call => calls.RotateAsync(call, id, key => CheckRotation(call.Caller, key)),
        cancellationToken);

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateOwnKeyRequest);
        if (body is null)
        {
            return error;
        }

        var own = RightsOf(call.Caller);
        error = CheckSecret(call.Caller) ?? (own.Parent is null ? null : NotWithThis)
            ?? KeyChecks.Name(body.Name) ?? KeyChecks.Models(body.Models, "models")
            ?? KeyChecks.Models(body.ModelsDenied, "modelsDenied") ?? KeyChecks.Scopes(body.Scopes) ?? KeyChecks.Ranges(body.IpRanges)
            ?? KeyChecks.Expiry(body.ExpiresAt, calls.Now) ?? BudgetDocument.Check(body.Budget) ?? RateLimitsDocument.Check(body.Limits);
        if (error is not null)
        {
            return error;
        }

        var key = new KeyRecord
        {
            Id = "",
            Hash = "",
            Account = own.Account,
            Team = own.Team,
            Project = own.Project,
            Member = IsKey(call.Caller) ? own.Member : OwnerOf(call.Caller),
            Parent = IsKey(call.Caller) ? own.Id : null,
            Name = body.Name,
            Role = Role.Member,
            Hint = "",
            Models = body.Models ?? own.Models,
            ModelsDenied = body.ModelsDenied ?? own.ModelsDenied,
            Scopes = body.Scopes ?? own.Scopes,
            IpRanges = KeyChecks.ToRanges(body.IpRanges) ?? own.IpRanges,
            Tags = own.Tags,
            Terms = body.Budget?.ToTerms(),
            Limits = body.Limits?.ToLimits(),
            MayPay = body.MayPay ?? false,
            CreatedAt = default,
            ExpiresAt = body.ExpiresAt ?? own.ExpiresAt,
        };
        error = CheckRights(call.Caller, key) ?? await CheckFreshAsync(call)
            ?? await calls.CheckBudgetAsync(key.Parent, body.Budget, call.CancellationToken)
            ?? await CheckCountAsync(key.Member ?? key.Parent!, call.CancellationToken);
        return error ?? await calls.CreateAsync(call, key);
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateOwnKeyRequest);
        if (body is null)
        {
            return error;
        }

        if (await keys.GetAsync(id, call.CancellationToken) is not { } found || !Sees(call.Caller, found.Value))
        {
            return KeyAccess.NoSuchKey;
        }

        if (id == call.Caller.Key.Id)
        {
            return new HubError(403, "forbidden", Blame.Caller, "A key doesn't change itself. It can be rotated and revoked.");
        }

        var key = found.Value;
        error = CheckSecret(call.Caller) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true)
            ?? KeyChecks.Name(body.Name) ?? KeyChecks.Models(body.Models, "models")
            ?? KeyChecks.Models(body.ModelsDenied, "modelsDenied") ?? KeyChecks.Scopes(body.Scopes) ?? KeyChecks.Ranges(body.IpRanges)
            ?? KeyChecks.Expiry(body.ExpiresAt, calls.Now);
        if (error is not null)
        {
            return error;
        }

        var updated = key with
        {
            Name = body.Name ?? key.Name,
            Models = body.Models ?? key.Models,
            ModelsDenied = body.ModelsDenied ?? key.ModelsDenied,
            Scopes = body.Scopes ?? key.Scopes,
            IpRanges = KeyChecks.ToRanges(body.IpRanges) ?? key.IpRanges,
            ExpiresAt = body.ExpiresAt ?? key.ExpiresAt,
            MayPay = body.MayPay ?? key.MayPay,
        };
        return CheckRights(call.Caller, updated) ?? await calls.UpdateAsync(call, found, updated, budgetGiven: false);
    }

    private static HubError? CheckRotation(Caller caller, KeyRecord key) =>
        !Sees(caller, key) ? KeyAccess.NoSuchKey
        : CheckSecret(caller) is { } error ? error
        : key.Id == caller.Key.Id ? null
        : CheckRights(caller, key); // A secret of a key that was given more since would be more than one's own.

    /// <summary>Whoever has only what was replaced gets nothing that lasts longer.</summary>
    private static HubError? CheckSecret(Caller caller) => caller.Key.SecretUntil is null
        ? null
        : new HubError(403, "forbidden", Blame.Caller, "This secret was replaced by a rotation and makes no others. Use the new one.");

    /// <summary>
    /// What an instance knows of its callers may be some seconds old: whose secret was replaced, or whose roles were taken on another
    /// one, makes no key that lasts.
    /// </summary>
    private async Task<HubError?> CheckFreshAsync(ManagementCall call)
    {
        var caller = call.Caller;
        var isFresh = (!IsKey(caller)
                || (await keys.GetAsync(caller.Key.Id, call.CancellationToken) is { Value: { RevokedAt: null } key }
                    && key.CurrentHash == caller.Key.CurrentHash))
            && (caller.Member is not { } known
                || (await members.FindAsync(known.Id, call.CancellationToken) is { Value: { Status: MemberStatus.Active } member }
                    && member.Account == known.Account && member.Roles.SequenceEqual(known.Roles)));
        return isFresh
            ? null
            : new HubError(
                409, "caller_changed", Blame.Caller, "Your rights have just been changed. Wait some seconds and repeat the request.");
    }

    private static HubError? CheckRights(Caller caller, KeyRecord key) =>
        key.Role != Role.Member || key.Account != caller.Account ? KeyAccess.CheckRole(caller, Role.Administrator)
        : KeyRights.WhatIsMore(RightsOf(caller), key) is { } more
            ? new HubError(403, "exceeds_own_rights", Blame.Caller, more.Message, more.Param)
        : KeyAccess.CheckPaying(caller, key.Account, key.MayPay);

    private async Task<HubError?> CheckCountAsync(string owner, CancellationToken cancellationToken)
    {
        var made = await keys.ListOwnAsync(owner, cancellationToken);
        var now = calls.Now;
        return made.Count < MadeMax && made.Count(key => key.IsActive(now)) < options.OwnKeysMax
            ? null
            : new HubError(
                409, "too_many_keys", Blame.Caller,
                $"{options.OwnKeysMax} keys of your own can be in force at once, and {MadeMax} made in all. "
                + "Revoke one, or ask who manages the account's keys.");
    }

    /// <summary>A token ends soon, and its member's rights don't end with it.</summary>
    private static KeyRecord RightsOf(Caller caller) => IsKey(caller) ? caller.Key : caller.Key with { ExpiresAt = null };

    private static bool Sees(Caller caller, KeyRecord key) => IsKey(caller)
        ? key.Id == caller.Key.Id || key.Parent == caller.Key.Id
        : key.Member == OwnerOf(caller);

    /// <summary>A key's id, or a member's, who came with a token.</summary>
    private static string OwnerOf(Caller caller) => IsKey(caller) ? caller.Key.Id : caller.Key.Member ?? caller.Key.Id;

    private static bool IsKey(Caller caller) => caller.Key.Id.StartsWith(KeyRecord.IdPrefix, StringComparison.Ordinal);
}
