using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Access;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>/api/admin/keys</c>: create, list, get, update, revoke.</summary>
public sealed class KeyEndpoints(
    ManagementHandler handler, IKeyStore keys, IOwnerStore owners, OwnedPurses purses, KeyAuthenticator authenticator,
    IHubSnapshots snapshots, HubIds ids, TimeProvider time)
{
    private const int NameCharsMax = 100;
    private const int ModelsMax = 100;
    private const int TagsMax = 20;
    private const int TagCharsMax = 64;
    private const int ModelCharsMax = 256;
    private const int IdempotencyKeyCharsMax = 255;
    private const int PageMax = 200;

    /// <summary>POST: the answer is the only place where the key itself is shown.</summary>
    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateKey, CreateAsync, cancellationToken);

    /// <summary>GET, newest first; <c>limit</c> 1 to 200, <c>continuation</c>.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListKeys, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetKey, call => GetAsync(call, id), cancellationToken);

    /// <summary>PATCH with If-Match: name, models, tags, expiresAt, budget, limits, mayPay.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateKey, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE: the key stops working on this instance at once, on all within the cache time; the record is kept.</summary>
    public Task RevokeAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.RevokeKey, id, call => RevokeAsync(call, id), cancellationToken);

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateKeyRequest);
        if (body is null)
        {
            return error;
        }

        var account = body.Account ?? HubAccounts.FirstId;
        error = Check(body.Name, body.Models, body.Tags) ?? CheckProject(body.Project) ?? CheckExpiry(body.ExpiresAt)
            ?? BudgetDocument.Check(body.Budget) ?? RateLimitsDocument.Check(body.Limits)
            ?? await CheckOwnersAsync(account, body.Team, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        var idempotencyKey = call.Request.Headers["Idempotency-Key"].ToString();
        if (idempotencyKey.Length > IdempotencyKeyCharsMax)
        {
            return Problem.BadRequest($"Idempotency-Key has more than {IdempotencyKeyCharsMax} characters.", "Idempotency-Key");
        }

        var secret = HubKey.Generate();
        var key = new KeyRecord
        {
            Id = idempotencyKey.Length == 0 ? "key_" + ids.New().ToString("N") : IdFor(call.Caller, idempotencyKey),
            Hash = HubKey.Hash(secret),
            Account = account,
            Team = body.Team,
            Project = body.Project,
            Name = body.Name,
            Role = body.Role ?? Role.Member,
            Hint = secret[^4..],
            Models = body.Models ?? [],
            Tags = body.Tags ?? [],
            Terms = body.Budget?.ToTerms(),
            Limits = body.Limits?.ToLimits(),
            MayPay = body.MayPay ?? false,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = body.ExpiresAt,
        };
        var purse = PurseId.OfKey(key.Id);
        error = await purses.PrepareAsync(purse, null, key.Terms, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        if (await keys.CreateAsync(key, call.CancellationToken))
        {

            authenticator.Forget();
            await call.WriteAsync(KeyDocument.Of(key, secret), ManagementJson.Default.KeyDocument, StatusCodes.Status201Created);
            return null;
        }

        // A repeat under the same idempotency key: the record is there, but the key was shown once and is not kept. Its purse is again
        // as the first request wanted it.
        var existing = await keys.GetAsync(key.Id, call.CancellationToken);
        error = await purses.FollowAsync(purse, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        if (existing is null || !IsSameRequest(existing.Value, key))
        {
            return new HubError(
                422, "idempotency_key_reused", Blame.Caller, "This Idempotency-Key was used for another request.", "Idempotency-Key");
        }

        call.Request.HttpContext.Response.Headers["Idempotent-Replayed"] = "true";
        await WriteAsync(call, existing);
        return null;
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

        var page = await keys.ListAsync(limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new KeyPage([.. page.Items.Select(k => KeyDocument.Of(k))], page.Continuation), ManagementJson.Default.KeyPage);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id)
    {
        if (await keys.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchKey();
        }

        await WriteAsync(call, found);
        return null;
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateKeyRequest);
        if (body is null)
        {
            return error;
        }

        if (await keys.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchKey();
        }

        call.Before(KeyDocument.Of(found.Value), ManagementJson.Default.KeyDocument);
        var updated = found.Value with
        {
            Name = body.Name ?? found.Value.Name,
            Models = body.Models ?? found.Value.Models,
            Tags = body.Tags ?? found.Value.Tags,
            ExpiresAt = body.ExpiresAt ?? found.Value.ExpiresAt,
            Terms = body.Budget.IsGiven ? body.Budget.Value?.ToTerms() : found.Value.Terms,
            Limits = body.Limits is null ? found.Value.Limits : body.Limits.ToLimits(),
            MayPay = body.MayPay ?? found.Value.MayPay,
        };
        var purse = PurseId.OfKey(id);
        error = ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true)
            ?? Check(updated.Name, updated.Models, updated.Tags) ?? CheckExpiry(body.ExpiresAt)
            ?? BudgetDocument.Check(body.Budget.Value) ?? RateLimitsDocument.Check(body.Limits)
            ?? await purses.PrepareAsync(purse, found.Value.Terms, updated.Terms, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        var isUpdated = await keys.UpdateAsync(updated, found.ETag, call.CancellationToken);
        authenticator.Forget();
        error = body.Budget.IsGiven ? await purses.FollowAsync(purse, call.CancellationToken) : null;
        return error ?? (isUpdated ? await GetAsync(call, id) : ConfigurationCalls.Mismatch());
    }

    private async Task<HubError?> RevokeAsync(ManagementCall call, string id)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (await keys.GetAsync(id, call.CancellationToken) is not { } found)
            {
                return NoSuchKey();
            }

            var revoked = found.Value with { RevokedAt = found.Value.RevokedAt ?? time.GetUtcNow() };
            if (found.Value.RevokedAt is not null || await keys.UpdateAsync(revoked, found.ETag, call.CancellationToken))
            {
                call.Before(KeyDocument.Of(found.Value), ManagementJson.Default.KeyDocument);
                call.After(KeyDocument.Of(revoked), ManagementJson.Default.KeyDocument);
                authenticator.Forget();
                call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
                return null;
            }
        }

        return new HubError(409, "conflict", Blame.Caller, "The key is being changed by others at the moment. Repeat the request.");
    }

    private static Task WriteAsync(ManagementCall call, Versioned<KeyRecord> key)
    {
        call.Request.HttpContext.Response.Headers.ETag = key.ETag;
        return call.WriteAsync(KeyDocument.Of(key.Value), ManagementJson.Default.KeyDocument);
    }

    private static HubError NoSuchKey() => Problem.NotFound("There is no key with this id.", "key_not_found");

    private static HubError? Check(string name, IReadOnlyList<string>? models, IReadOnlyList<string>? tags)
    {
        if (name.Length is 0 or > NameCharsMax || name.Any(char.IsControl))
        {
            return Problem.BadRequest($"'name' must have 1 to {NameCharsMax} characters, none of them control characters.", "name");
        }

        if (models is { Count: > ModelsMax }
            || (models ?? []).Any(m => m is null || m.Length is 0 or > ModelCharsMax || m.AsSpan(0, m.Length - 1).Contains('*')
                || m.Any(char.IsControl)))
        {
            return Problem.BadRequest(
                $"'models' takes at most {ModelsMax} names of 1 to {ModelCharsMax} characters, "
                + "each 'provider/model' or a prefix that ends in '*'.", "models");
        }

        return tags is { Count: > TagsMax } || (tags ?? []).Any(t => t is null || !IsTag(t))
            ? Problem.BadRequest(
                $"'tags' takes at most {TagsMax} tags of 1 to {TagCharsMax} letters, digits, '-', '_', '.' and ':'.", "tags")
            : null;
    }

    private static bool IsTag(string tag) =>
        tag.Length is >= 1 and <= TagCharsMax && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');

    private async Task<HubError?> CheckOwnersAsync(string account, string? team, CancellationToken cancellationToken)
    {
        if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is null)
        {
            return Problem.BadRequest("There is no such account.", "account", "account_not_found");
        }

        return team is null ? null
            : OwnerEndpoints.CheckMode(OwnerKind.Team, snapshots.Current.Mode) is { } error ? error with { Param = "team" }
            : await owners.FindAsync(OwnerKind.Team, team, cancellationToken) is null
                ? Problem.BadRequest("There is no such team.", "team", "team_not_found")
                : null;
    }

    private static HubError? CheckProject(string? project) =>
        project is null || (project.Length is >= 1 and <= 64 && project.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            ? null
            : Problem.BadRequest("'project' takes 1 to 64 letters, digits, '-', '_' and '.'.", "project");

    private HubError? CheckExpiry(DateTimeOffset? expiresAt) => expiresAt is null || expiresAt > time.GetUtcNow()
        ? null
        : Problem.BadRequest("'expiresAt' lies in the past.", "expiresAt");

    private static string IdFor(Caller caller, string idempotencyKey)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Key.Id}\n{idempotencyKey}"));
        return string.Create(CultureInfo.InvariantCulture, $"key_{Convert.ToHexStringLower(digest.AsSpan(0, 16))}");
    }

    private static bool IsSameRequest(KeyRecord a, KeyRecord b) =>
        (a.Name, a.Account, a.Team, a.Project, a.Role, a.ExpiresAt, a.MayPay)
            == (b.Name, b.Account, b.Team, b.Project, b.Role, b.ExpiresAt, b.MayPay)
        && a.Terms == b.Terms && a.Limits == b.Limits && a.Models.SequenceEqual(b.Models) && a.Tags.SequenceEqual(b.Tags);
}
