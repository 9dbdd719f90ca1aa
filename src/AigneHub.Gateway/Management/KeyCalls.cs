using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>What is done with keys, whoever's: the calls for managers and for oneself differ in what they allow.</summary>
public sealed class KeyCalls(
    IKeyStore keys, IKeyUses uses, OwnedPurses purses, KeyAuthenticator authenticator, HubIds ids, TimeProvider time)
{
    private const int IdempotencyKeyCharsMax = 255;
    private const int OverlapSecondsDefault = 24 * 60 * 60;
    private const int OverlapSecondsMax = 30 * 24 * 60 * 60;
    private const int PreviousMax = 3;
    private const int Tries = 3;

    private static readonly HubError Busy = new(
        409, "conflict", Blame.Caller, "The key is being changed by others at the moment. Repeat the request.");

    internal DateTimeOffset Now => time.GetUtcNow();

    /// <param name="wanted">All but what a new key gets of its own: id, secret, time.</param>
    internal async Task<HubError?> CreateAsync(ManagementCall call, KeyRecord wanted)
    {
        var idempotencyKey = call.Request.Headers["Idempotency-Key"].ToString();
        if (idempotencyKey.Length > IdempotencyKeyCharsMax)
        {
            return Problem.BadRequest($"Idempotency-Key has more than {IdempotencyKeyCharsMax} characters.", "Idempotency-Key");
        }

        var secret = HubKey.Generate();
        var key = wanted with
        {
            Id = idempotencyKey.Length == 0 ? KeyRecord.IdPrefix + ids.New().ToString("N") : IdFor(call.Caller, idempotencyKey),
            Hash = HubKey.Hash(secret),
            Hint = secret[^4..],
            CreatedAt = Now,
        };
        var purse = PurseId.OfKey(key.Id);
        var error = await purses.PrepareAsync(purse, null, key.Terms, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        if (await keys.CreateAsync(key, call.CancellationToken))
        {
            authenticator.Forget();
            await call.WriteAsync(
                KeyDocument.Of(key, Now, secret: secret), ManagementJson.Default.KeyDocument, StatusCodes.Status201Created);
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

    /// <summary>Stores what has passed all checks.</summary>
    internal async Task<HubError?> UpdateAsync(ManagementCall call, Versioned<KeyRecord> found, KeyRecord updated, bool budgetGiven)
    {
        call.Before(KeyDocument.Of(found.Value, Now), ManagementJson.Default.KeyDocument);
        var purse = PurseId.OfKey(updated.Id);
        var error = await purses.PrepareAsync(purse, found.Value.Terms, updated.Terms, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        var isUpdated = await keys.UpdateAsync(updated, found.ETag, call.CancellationToken);
        authenticator.Forget();
        error = budgetGiven ? await purses.FollowAsync(purse, call.CancellationToken) : null;
        return error ?? (!isUpdated ? ConfigurationCalls.Mismatch()
            : await keys.GetAsync(updated.Id, call.CancellationToken) is { } now ? await WriteAsync(call, now)
            : KeyAccess.NoSuchKey);
    }

    /// <summary>Ends all of its secrets at once.</summary>
    /// <param name="check">Null when the caller may.</param>
    internal async Task<HubError?> RevokeAsync(ManagementCall call, string id, Func<KeyRecord, HubError?> check)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if (await keys.GetAsync(id, call.CancellationToken) is not { } found)
            {
                return KeyAccess.NoSuchKey;
            }

            if (check(found.Value) is { } error)
            {
                return error;
            }

            var revoked = found.Value with { RevokedAt = found.Value.RevokedAt ?? Now };
            if (found.Value.RevokedAt is not null || await keys.UpdateAsync(revoked, found.ETag, call.CancellationToken))
            {
                call.Before(KeyDocument.Of(found.Value, Now), ManagementJson.Default.KeyDocument);
                call.After(KeyDocument.Of(revoked, Now), ManagementJson.Default.KeyDocument);
                authenticator.Forget();
                call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
                return null;
            }
        }

        return Busy;
    }

    /// <summary>Ends all that a member has made for itself, or that were made with a key. Null when none of them works any more.</summary>
    /// <param name="owner">A member's id or a key's.</param>
    internal async Task<HubError?> RevokeOwnAsync(string owner, CancellationToken cancellationToken) =>
        await RevokeAllAsync((await keys.ListOwnAsync(owner, cancellationToken)).ToAsyncEnumerable(), cancellationToken);

    /// <summary>Null when none of them works any more.</summary>
    internal async Task<HubError?> RevokeAllAsync(IAsyncEnumerable<KeyRecord> some, CancellationToken cancellationToken)
    {
        await foreach (var key in some)
        {
            var isRevoked = key.RevokedAt is not null;
            for (var attempt = 0; attempt < Tries && !isRevoked; attempt++)
            {
                isRevoked = await keys.GetAsync(key.Id, cancellationToken) is not { Value.RevokedAt: null } found
                    || await keys.UpdateAsync(found.Value with { RevokedAt = Now }, found.ETag, cancellationToken);
            }

            if (!isRevoked)
            {
                return Busy;
            }
        }

        authenticator.Forget();
        return null;
    }

    /// <summary>
    /// Another secret for the same key; those before work on for a while. Without a while the keys that were made with it end, too: who
    /// has found a secret may have made some.
    /// </summary>
    /// <param name="check">Null when the caller may.</param>
    internal async Task<HubError?> RotateAsync(ManagementCall call, string id, Func<KeyRecord, HubError?> check)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.RotateKeyRequest);
        if (body is null)
        {
            return error;
        }

        var overlap = body.OverlapSeconds ?? OverlapSecondsDefault;
        if (overlap is < 0 or > OverlapSecondsMax)
        {
            return Problem.BadRequest($"'overlapSeconds' must be 0 to {OverlapSecondsMax} (30 days).", "overlapSeconds");
        }

        var secret = HubKey.Generate();
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            if (await keys.GetAsync(id, call.CancellationToken) is not { } found)
            {
                return KeyAccess.NoSuchKey;
            }

            error = check(found.Value) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false);
            if (error is not null)
            {
                return error;
            }

            var (rotated, refused) = Rotate(found.Value, secret, TimeSpan.FromSeconds(overlap));
            if (rotated is null)
            {
                return refused;
            }

            call.Before(KeyDocument.Of(found.Value, Now), ManagementJson.Default.KeyDocument);
            if (await keys.RotateAsync(rotated, found.ETag, call.CancellationToken))
            {
                authenticator.Forget();
                // After it: with the secret that has just ended none is made any more.
                error = overlap == 0 ? await RevokeOwnAsync(id, call.CancellationToken) : null;
                if (error is null)
                {
                    await call.WriteAsync(KeyDocument.Of(rotated, Now, secret: secret), ManagementJson.Default.KeyDocument);
                }

                return error;
            }
        }

        return Busy;
    }

    internal async Task<HubError?> WriteAsync(ManagementCall call, Versioned<KeyRecord> key)
    {
        var used = await uses.ReadAsync([key.Value.Id], call.CancellationToken);
        call.Request.HttpContext.Response.Headers.ETag = key.ETag;
        await call.WriteAsync(
            KeyDocument.Of(key.Value, Now, LastUse(used, key.Value)), ManagementJson.Default.KeyDocument);
        return null;
    }

    internal async Task<HubError?> WriteAsync(ManagementCall call, IReadOnlyList<KeyRecord> page, string? continuation)
    {
        var used = await uses.ReadAsync([.. page.Select(key => key.Id)], call.CancellationToken);
        var now = Now;
        await call.WriteAsync(
            new KeyPage([.. page.Select(key => KeyDocument.Of(key, now, LastUse(used, key)))], continuation),
            ManagementJson.Default.KeyPage);
        return null;
    }

    /// <summary>A key that was made with one that has a budget spends that one.</summary>
    internal async Task<HubError?> CheckBudgetAsync(string? parent, BudgetDocument? budget, CancellationToken cancellationToken) =>
        budget is null || parent is null || await keys.GetAsync(parent, cancellationToken) is not { Value.Terms: not null }
            ? null
            : new HubError(
                409, "budget_of_parent", Blame.Caller,
                "The key that this one is made with has a budget, which counts for both: this one can't have another.", "budget");

    private (KeyRecord? Rotated, HubError? Error) Rotate(KeyRecord key, string secret, TimeSpan overlap)
    {
        var now = Now;
        if (key.Role == Role.Owner)
        {
            return (null, ConfigurationCalls.ReadOnly(AdministratorKey.Setting));
        }

        if (!key.IsActive(now))
        {
            return (null, new HubError(409, "key_inactive", Blame.Caller, "This key has been revoked or has expired. Make another one."));
        }

        var running = key.Previous.Where(previous => now < previous.Until).ToList();
        if (overlap > TimeSpan.Zero && running.Count >= PreviousMax)
        {
            return (null, new HubError(
                409, "too_many_secrets", Blame.Caller,
                $"{PreviousMax} secrets before this one work still. Wait until one ends, or end all with \"overlapSeconds\": 0.",
                "overlapSeconds"));
        }

        // Those that are over are kept a little, so that their users are told.
        var previous = running.Concat(key.Previous.Where(one => one.Until <= now))
            .Select(one => overlap == TimeSpan.Zero && now < one.Until ? one with { Until = now } : one);
        return (
            key with
            {
                CurrentHash = HubKey.Hash(secret),
                Hint = secret[^4..],
                Previous = [new PreviousSecret(key.CurrentHash ?? key.Hash, key.Hint, now + overlap), .. previous.Take(PreviousMax)],
            },
            null);
    }

    private static DateTimeOffset? LastUse(IReadOnlyDictionary<string, DateTimeOffset> uses, KeyRecord key) =>
        uses.TryGetValue(key.Id, out var at) ? at : null;

    private static string IdFor(Caller caller, string idempotencyKey)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Key.Id}\n{idempotencyKey}"));
        return string.Create(CultureInfo.InvariantCulture, $"{KeyRecord.IdPrefix}{Convert.ToHexStringLower(digest.AsSpan(0, 16))}");
    }

    private static bool IsSameRequest(KeyRecord a, KeyRecord b) =>
        (a.Name, a.Account, a.Team, a.Project, a.Role, a.ExpiresAt, a.MayPay, a.Member, a.Parent)
            == (b.Name, b.Account, b.Team, b.Project, b.Role, b.ExpiresAt, b.MayPay, b.Member, b.Parent)
        && a.Terms == b.Terms && a.Limits == b.Limits && a.Models.SequenceEqual(b.Models) && a.Tags.SequenceEqual(b.Tags)
        && a.ModelsDenied.SequenceEqual(b.ModelsDenied) && a.Scopes.SequenceEqual(b.Scopes) && a.IpRanges.SequenceEqual(b.IpRanges);
}
