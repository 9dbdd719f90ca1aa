using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>/api/admin/keys</c>: create, list, get, update, rotate, revoke; of the accounts, teams and projects that the caller reaches.
/// </summary>
public sealed class KeyEndpoints(
    ManagementHandler handler, KeyCalls calls, KeyAccess access, IKeyStore keys, IOwnerStore owners, IHubSnapshots snapshots)
{
    private const int PageMax = 200;

    // Pages of keys that the caller may not see are gone through so far for one answer.
    private const int PagesReadMax = 10;

    /// <summary>POST: the answer is the only place where the key itself is shown.</summary>
    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateKey, CreateAsync, cancellationToken);

    /// <summary>GET, newest first; <c>limit</c> 1 to 200, <c>continuation</c>. A page may hold less, and others follow.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListKeys, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetKey, id, call => GetAsync(call, id), cancellationToken);

    /// <summary>
    /// PATCH with If-Match: name, models, modelsDenied, scopes, ipRanges, tags, expiresAt, budget, limits, mayPay.
    /// </summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateKey, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE: the key stops working on this instance at once, on all within the cache time; the record is kept.</summary>
    public Task RevokeAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.RevokeKey, id,
        call => calls.RevokeAsync(call, id, key => KeyAccess.CheckRole(call.Caller, key.Role)), cancellationToken);

    /// <summary>POST: another secret for the key, shown in the answer alone; the one before works on for <c>overlapSeconds</c>.</summary>
    public Task RotateAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.RotateKey, id,
        call => calls.RotateAsync(
            call, id, key => KeyAccess.CheckRole(call.Caller, key.Role) ?? KeyAccess.CheckHolding(call.Caller, key)), cancellationToken);

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateKeyRequest);
        if (body is null)
        {
            return error;
        }

        var account = body.Account ?? HubAccounts.FirstId;
        var role = body.Role ?? Role.Member;
        error = KeyChecks.Name(body.Name) ?? KeyChecks.Models(body.Models, "models")
            ?? KeyChecks.Models(body.ModelsDenied, "modelsDenied") ?? KeyChecks.Scopes(body.Scopes) ?? KeyChecks.Ranges(body.IpRanges)
            ?? KeyChecks.Tags(body.Tags) ?? KeyChecks.Project(body.Project) ?? KeyChecks.Expiry(body.ExpiresAt, calls.Now)
            ?? BudgetDocument.Check(body.Budget) ?? RateLimitsDocument.Check(body.Limits)
            ?? (role == Role.Owner ? NoOwners() : KeyAccess.CheckRole(call.Caller, role))
            ?? await access.CheckNewAsync(call, account, body.Team, body.Project)
            ?? KeyAccess.CheckPaying(call.Caller, account, body.MayPay)
            ?? await CheckOwnersAsync(account, body.Team, call.CancellationToken);
        return error ?? await calls.CreateAsync(call, new KeyRecord
        {
            Id = "",
            Hash = "",
            Account = account,
            Team = body.Team,
            Project = body.Project,
            Name = body.Name,
            Role = role,
            Hint = "",
            Models = body.Models ?? [],
            ModelsDenied = body.ModelsDenied ?? [],
            Scopes = body.Scopes ?? [],
            IpRanges = KeyChecks.ToRanges(body.IpRanges) ?? [],
            Tags = body.Tags ?? [],
            Terms = body.Budget?.ToTerms(),
            Limits = body.Limits?.ToLimits(),
            MayPay = body.MayPay ?? false,
            CreatedAt = default,
            ExpiresAt = body.ExpiresAt,
        });
    }

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "limit", "continuation");
        var limit = query.Limit("limit", 50, PageMax);
        var continuation = query.Text("continuation");
        if (query.Error is { } error)
        {
            return error;
        }

        List<KeyRecord> seen = [];
        for (var pages = 0; pages < PagesReadMax && seen.Count < limit && (pages == 0 || continuation is not null); pages++)
        {
            var page = await keys.ListAsync(limit - seen.Count, continuation, call.CancellationToken);
            seen.AddRange(page.Items.Where(key => access.May(call.Caller, Permission.Read, key)));
            continuation = page.Continuation;
        }

        return await calls.WriteAsync(call, seen, continuation);
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id) => await keys.GetAsync(id, call.CancellationToken) is { } found
        ? await calls.WriteAsync(call, found)
        : KeyAccess.NoSuchKey;

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateKeyRequest);
        if (body is null)
        {
            return error;
        }

        if (await keys.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return KeyAccess.NoSuchKey;
        }

        var key = found.Value;
        error = KeyAccess.CheckRole(call.Caller, key.Role) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true)
            ?? KeyChecks.Name(body.Name) ?? KeyChecks.Models(body.Models, "models")
            ?? KeyChecks.Models(body.ModelsDenied, "modelsDenied") ?? KeyChecks.Scopes(body.Scopes) ?? KeyChecks.Ranges(body.IpRanges)
            ?? KeyChecks.Tags(body.Tags) ?? KeyChecks.Expiry(body.ExpiresAt, calls.Now)
            ?? BudgetDocument.Check(body.Budget.Value) ?? RateLimitsDocument.Check(body.Limits)
            ?? Reason.Check(body.Reason, isNeeded: body.Budget.IsGiven) ?? KeyAccess.CheckHolding(call.Caller, key, body.MayPay)
            ?? await calls.CheckBudgetAsync(key.Parent, body.Budget.Value, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        call.Because(body.Reason);
        var updated = key with
        {
            Name = body.Name ?? key.Name,
            Models = body.Models ?? key.Models,
            ModelsDenied = body.ModelsDenied ?? key.ModelsDenied,
            Scopes = body.Scopes ?? key.Scopes,
            IpRanges = KeyChecks.ToRanges(body.IpRanges) ?? key.IpRanges,
            Tags = body.Tags ?? key.Tags,
            ExpiresAt = body.ExpiresAt ?? key.ExpiresAt,
            Terms = body.Budget.IsGiven ? body.Budget.Value?.ToTerms() : key.Terms,
            Limits = body.Limits is null ? key.Limits : body.Limits.ToLimits(),
            MayPay = body.MayPay ?? key.MayPay,
        };
        return await calls.UpdateAsync(call, found, updated, body.Budget.IsGiven);
    }

    private static HubError NoOwners() => Problem.BadRequest(
        $"No key can have the role owner: the key of the setting {AdministratorKey.Setting} is the owner's.", "role");

    private async Task<HubError?> CheckOwnersAsync(string account, string? team, CancellationToken cancellationToken)
    {
        if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is null)
        {
            return Problem.BadRequest("There is no such account.", "account", "account_not_found");
        }

        return team is null ? null
            : OwnerEndpoints.CheckMode(OwnerKind.Team, snapshots.Current.Mode) is { } error ? error with { Param = "team" }
            : await owners.FindAsync(OwnerKind.Team, team, cancellationToken) is null or { Value.Status: OwnerStatus.Deleted }
                ? Problem.BadRequest("There is no such team.", "team", "team_not_found")
                : null;
    }
}
