using System.Security.Cryptography;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// Finds the caller by hub key: <c>Authorization: Bearer</c>, <c>x-api-key</c>, <c>api-key</c> or
/// <c>x-goog-api-key</c>, in this order. Look-ups
/// are cached, unknown keys too, for <see cref="GatewayOptions.KeyCacheSeconds"/>: so long may a revoked key still pass, and twice
/// as long may the former terms of its account hold. A key whose account or team is missing is as good as none.
/// When storage is out of reach and nothing fresh is known, the answer is 503: never a pass, never a false 401.
/// </summary>
public sealed class KeyAuthenticator
{
    private const string BearerPrefix = "Bearer ";
    private const int SecretCharsMax = 512;
    private static readonly string[] KeyHeaders = ["x-api-key", "api-key", "x-goog-api-key"];

    // Storage that hangs is asked for half a minute before it counts as away (StorageOptions): too long for a caller.
    private static readonly TimeSpan LookUpMax = TimeSpan.FromSeconds(5);

    private static readonly Task<OwnerRecord?> Nobody = Task.FromResult<OwnerRecord?>(null);

    private readonly IKeyStore _keys;
    private readonly IHubSnapshots _snapshots;
    private readonly FailureThrottle _throttle;
    private readonly TimeProvider _time;
    private readonly LookUps<KeyDigest, Caller?> _callers;
    private readonly LookUps<(OwnerKind Kind, string Id), OwnerRecord?> _owners;

    internal KeyAuthenticator(
        IKeyStore keys, IOwnerStore owners, IHubSnapshots snapshots, FailureThrottle throttle, GatewayOptions options, TimeProvider time)
    {
        (_keys, _snapshots, _throttle, _time) = (keys, snapshots, throttle, time);
        _callers = new(LookUpAsync, options.KeyCacheSeconds, options.KeyCacheEntriesMax, time);
        _owners = new(
            async owner => (await owners.FindAsync(owner.Kind, owner.Id, CancellationToken.None))?.Value,
            options.KeyCacheSeconds, options.KeyCacheEntriesMax, time);
    }

    /// <summary>Exactly one of the results is null.</summary>
    /// <param name="queryKey">The query parameter <c>key</c> counts too, as in Google's APIs. It is never logged.</param>
    public async ValueTask<(Caller? Caller, HubError? Error)> AuthenticateAsync(
        HttpRequest request, CancellationToken cancellationToken, bool queryKey = false)
    {
        var secret = SecretOf(request.Headers);
        if (secret.Length == 0 && queryKey)
        {
            secret = request.Query["key"].ToString();
        }

        if (secret.Length == 0)
        {
            return (null, Unauthorized(
                "No API key was given. Send it as 'Authorization: Bearer <key>' (or x-api-key, api-key, x-goog-api-key)."));
        }

        if (secret.Length > SecretCharsMax)
        {
            return (null, Unknown());
        }

        var digest = KeyDigest.Of(secret);
        var isKnown = _callers.Knows(digest);
        if (!isKnown && _throttle.Exhausted(request.HttpContext) is { } pause)
        {
            return (null, new HubError(
                429, "too_many_failed_authentications", Blame.Caller,
                "Too many unknown API keys came from this address. Wait a minute, and send a key of this hub.", RetryAfter: pause));
        }

        Caller? caller;
        try
        {
            caller = await _callers.GetAsync(digest).WaitAsync(LookUpMax, _time, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or TimeoutException)
        {
            return (null, new HubError(
                503, "key_store_unavailable", Blame.Hub, "The hub can't check API keys at the moment. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(2)));
        }

        if (caller is null)
        {
            if (!isKnown)
            {
                _throttle.Failed(request.HttpContext);
            }

            return (null, secret.StartsWith(HubKey.Prefix, StringComparison.Ordinal) && !HubKey.IsWellFormed(secret)
                ? Unauthorized("The API key is mistyped or cut off: its checksum is wrong. Copy it again.")
                : Unknown());
        }

        if (caller.Key.IsActive(_time.GetUtcNow()))
        {
            return (caller, null);
        }

        var why = caller.Key.RevokedAt is null ? "This API key has expired." : "This API key has been revoked.";
        return (null, Unauthorized(why, "api_key_inactive"));
    }

    /// <summary>Whether the caller sends a key in a header, a good one or not.</summary>
    public static bool HasKey(HttpRequest request) => SecretOf(request.Headers).Length > 0;

    /// <summary>Forgets what is known, so that a change made on this instance holds at once.</summary>
    public void Forget()
    {
        _owners.Forget();
        _callers.Forget();
    }

    private static ReadOnlySpan<char> Trimmed(string? header) => header.AsSpan().Trim();

    private static string SecretOf(IHeaderDictionary headers)
    {
        var authorization = Trimmed(headers.Authorization);
        if (authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[BearerPrefix.Length..].Trim().ToString();
        }

        foreach (var name in KeyHeaders)
        {
            var key = Trimmed(headers[name]);
            if (!key.IsEmpty)
            {
                return key.ToString();
            }
        }

        return "";
    }

    private async Task<Caller?> LookUpAsync(KeyDigest digest)
    {
        if (await _keys.FindByHashAsync(digest.ToString(), CancellationToken.None) is not { } key)
        {
            return null;
        }

        // Labels of several accounts of a public hub may be the same by chance.
        var projectId = _snapshots.Current.Mode == HubMode.Enterprise ? key.Project?.ToLowerInvariant() : null;
        var account = _owners.GetAsync((OwnerKind.Account, key.Account));
        var team = key.Team is null ? Nobody : _owners.GetAsync((OwnerKind.Team, key.Team));
        var project = projectId is null ? Nobody : _owners.GetAsync((OwnerKind.Project, projectId));
        await Task.WhenAll(account, team, project);
        if (await account is not { } owner || (key.Team is not null && await team is null))
        {
            return null;
        }

        var plan = owner.Plan is { } id ? _snapshots.Current.Plans.GetValueOrDefault(id) : null;
        // A plan that is not known here allows nothing, rather than everything.
        var allowed = owner.Plan is null ? null : plan?.Models ?? ModelPatterns.Nothing;
        var scope = key.Role == Role.Member ? Scope.OfAccount(key.Account) : Scope.Hub;
        return new Caller(
            key with { PlanModels = allowed }, CallTerms.Of(key, owner, await team, await project, plan), [new(key.Role, scope)]);
    }

    private static HubError Unknown() =>
        Unauthorized("The API key is not known to this hub. Check it, or ask an administrator for a new one.");

    private static HubError Unauthorized(string message, string code = "invalid_api_key") => new(401, code, Blame.Caller, message);

    /// <summary>A SHA-256 as a dictionary key without a string.</summary>
    private readonly record struct KeyDigest(UInt128 High, UInt128 Low)
    {
        public static KeyDigest Of(string secret)
        {
            Span<byte> utf8 = stackalloc byte[SecretCharsMax * 3];
            var length = Encoding.UTF8.GetBytes(secret, utf8);
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(utf8[..length], digest);
            return new KeyDigest(
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest),
                System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
        }

        /// <summary>Lower-case hex, as the key store has it.</summary>
        public override string ToString() => $"{High:x32}{Low:x32}";
    }
}
