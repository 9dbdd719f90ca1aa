using System.Security.Cryptography;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Identity;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// Finds the caller by a token of an identity provider (<see cref="TokenAuthenticator"/>) or by hub key:
/// <c>Authorization: Bearer</c>, <c>x-api-key</c>, <c>api-key</c> or <c>x-goog-api-key</c>, in this order. Look-ups
/// are cached, unknown keys too, for <see cref="GatewayOptions.KeyCacheSeconds"/>: so long may a revoked key still pass, and twice
/// as long may the former terms of its account hold. A key whose account or team is missing is as good as none; so is
/// a member's own key without its member. One that was made with a key lives as long as that one.
/// When storage is out of reach and nothing fresh is known, the answer is 503: never a pass, never a false 401.
/// </summary>
public sealed class KeyAuthenticator
{
    private const string BearerPrefix = "Bearer ";
    private const int SecretCharsMax = 512;
    private static readonly string[] KeyHeaders = ["x-api-key", "api-key", "x-goog-api-key"];

    // Storage that hangs is asked for half a minute before it counts as away (StorageOptions): too long for a caller.
    private static readonly TimeSpan LookUpMax = TimeSpan.FromSeconds(5);

    private static readonly Task<KeyRecord?> NoKey = Task.FromResult<KeyRecord?>(null);

    private readonly IKeyStore _keys;
    private readonly KeyUses _uses;
    private readonly IMemberStore _members;
    private readonly CallerBook _book;
    private readonly TokenAuthenticator _tokens;
    private readonly FailureThrottle _throttle;
    private readonly TimeProvider _time;
    private readonly LookUps<KeyDigest, Caller?> _callers;
    private readonly LookUps<string, KeyRecord?> _parents;
    private readonly GoodSecrets<KeyDigest> _good;

    internal KeyAuthenticator(
        IKeyStore keys, KeyUses uses, IMemberStore members, CallerBook book, TokenAuthenticator tokens, FailureThrottle throttle,
        GatewayOptions options, TimeProvider time)
    {
        (_keys, _uses, _members, _book, _tokens, _throttle, _time) = (keys, uses, members, book, tokens, throttle, time);
        _good = new(options.KeyCacheEntriesMax, time);
        _callers = new(LookUpAsync, options.KeyCacheSeconds, options.KeyCacheEntriesMax, time);
        _parents = new(
            async id => (await keys.GetAsync(id, CancellationToken.None))?.Value,
            options.KeyCacheSeconds, options.KeyCacheEntriesMax, time);
    }

    /// <summary>Exactly one of the results is null.</summary>
    /// <param name="queryKey">The query parameter <c>key</c> counts too, as in Google's APIs. It is never logged.</param>
    /// <param name="evenBarred">
    /// Callers whose account, team or project is suspended or closed, too: the asker looks at <see cref="Caller.MayDespite"/>.
    /// </param>
    public async ValueTask<(Caller? Caller, HubError? Error)> AuthenticateAsync(
        HttpRequest request, CancellationToken cancellationToken, bool queryKey = false, bool evenBarred = false)
    {
        var (caller, error) = await IdentifyAsync(request, queryKey, cancellationToken);
        return caller?.Refusal is { } refusal && !evenBarred ? (null, refusal) : (caller, error);
    }

    private async ValueTask<(Caller? Caller, HubError? Error)> IdentifyAsync(
        HttpRequest request, bool queryKey, CancellationToken cancellationToken)
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

        var isToken = TokenForm.IsToken(secret) && !BearerOf(request.Headers).IsEmpty;
        if (secret.Length > SecretCharsMax && !isToken)
        {
            return (null, Unknown());
        }

        var digest = isToken ? default : KeyDigest.Of(secret);
        var isKnown = isToken ? _tokens.Knows(secret) : _callers.Knows(digest);
        if (!isKnown && _throttle.Exhausted(request.HttpContext) is { } pause && !_good.Has(KeyDigest.Of(secret)))
        {
            return (null, TooMany(pause));
        }

        Caller? caller;
        try
        {
            if (isToken)
            {
                var (bearer, error) = await _tokens.AuthenticateAsync(secret).WaitAsync(LookUpMax, _time, cancellationToken);
                if (!isKnown)
                {
                    Note(request, KeyDigest.Of(secret), error is not { Status: StatusCodes.Status401Unauthorized }, bearer is not null);
                }

                return (bearer, error);
            }

            caller = await _callers.GetAsync(digest).WaitAsync(LookUpMax, _time, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or TimeoutException)
        {
            return (null, new HubError(
                503, "key_store_unavailable", Blame.Hub, "The hub can't check API keys at the moment. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(2)));
        }

        if (!isKnown)
        {
            Note(request, digest, caller is not null, caller?.Key.IsActive(_time.GetUtcNow()) == true);
        }

        if (caller is null)
        {
            return (null, secret.StartsWith(HubKey.Prefix, StringComparison.Ordinal) && !HubKey.IsWellFormed(secret)
                ? Unauthorized("The API key is mistyped or cut off: its checksum is wrong. Copy it again.")
                : Unknown());
        }

        if (caller.Key.IsActive(_time.GetUtcNow()))
        {
            return (caller, null);
        }

        var why = caller.Key.RevokedAt is not null ? "This API key has been revoked."
            : caller.Key.SecretUntil <= _time.GetUtcNow() ? "This API key was rotated: use its new secret."
            : "This API key has expired.";
        return (null, Unauthorized(why, "api_key_inactive"));
    }

    /// <summary>
    /// Whose token the request carries, member or not. Exactly one of the results is null. Good tokens of addresses that have failed too
    /// often are refused, too: what they are used for here can be guessed at.
    /// </summary>
    internal async Task<(TokenIdentity? Identity, HubError? Error)> IdentifyTokenAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (_throttle.Exhausted(request.HttpContext) is { } pause)
        {
            return (null, TooMany(pause));
        }

        var token = BearerOf(request.Headers).ToString();
        if (!TokenForm.IsToken(token))
        {
            return (null, Unauthorized(
                "This call is for people who sign in: send a token of an identity provider as 'Authorization: Bearer <token>'.",
                "token_required"));
        }

        var (identity, error) = await _tokens.IdentifyAsync(token, cancellationToken);
        if (error is { Status: StatusCodes.Status401Unauthorized })
        {
            Failed(request);
        }

        return (identity, error);
    }

    /// <summary>Counts against the address as an unknown key does.</summary>
    internal void Failed(HttpRequest request) => _throttle.Failed(request.HttpContext);

    /// <summary>What a key may by its role.</summary>
    internal static RoleAssignment AssignmentOf(KeyRecord key) =>
        new(key.Role, key.Role == Role.Member ? Scope.OfAccount(key.Account) : Scope.Hub);

    /// <summary>Whether the caller sends a key in a header, a good one or not.</summary>
    public static bool HasKey(HttpRequest request) => SecretOf(request.Headers).Length > 0;

    /// <summary>Forgets what is known, so that a change made on this instance holds at once.</summary>
    public void Forget()
    {
        _book.Forget();
        _parents.Forget();
        _callers.Forget();
        _tokens.Forget();
    }

    /// <param name="isThere">Somebody has it, whether he may pass or not.</param>
    /// <param name="isGood">He may.</param>
    private void Note(HttpRequest request, KeyDigest digest, bool isThere, bool isGood)
    {
        if (isGood)
        {
            _good.Add(digest);
        }
        else if (!isThere)
        {
            _good.Remove(digest);
            _throttle.Failed(request.HttpContext);
        }
    }

    private static ReadOnlySpan<char> Trimmed(string? header) => header.AsSpan().Trim();

    private static string SecretOf(IHeaderDictionary headers)
    {
        var bearer = BearerOf(headers);
        if (!bearer.IsEmpty)
        {
            return bearer.ToString();
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

        var member = key.Member is null ? null : (await _members.FindAsync(key.Member, CancellationToken.None))?.Value;
        if (key.Member is not null && (member is not { Status: MemberStatus.Active } || member.Account != key.Account))
        {
            // A key of one's own goes with its member.
            return null;
        }

        var parent = await (key.Parent is null ? NoKey : _parents.GetAsync(key.Parent));
        if (key.Parent is not null)
        {
            if (parent is null)
            {
                return null;
            }

            key = key with
            {
                RevokedAt = key.RevokedAt ?? parent.RevokedAt,
                ExpiresAt = Earlier(key.ExpiresAt, parent.ExpiresAt),
                MayPay = key.MayPay && (parent.MayPay || parent.Role != Role.Member),
            };
        }

        if (key.IsActive(_time.GetUtcNow()))
        {
            _uses.Saw(key.Id);
        }

        return await _book.OfAsync(key, [AssignmentOf(key)], member, parent);
    }

    private static ReadOnlySpan<char> BearerOf(IHeaderDictionary headers)
    {
        var authorization = Trimmed(headers.Authorization);
        return authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? authorization[BearerPrefix.Length..].Trim()
            : [];
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private static HubError TooMany(TimeSpan pause) => new(
        429, "too_many_failed_authentications", Blame.Caller,
        "Too many unknown API keys, bad tokens or wrong invitation codes came from this address. Wait a minute, and send a good one.",
        RetryAfter: pause);

    private static HubError Unknown() =>
        Unauthorized("The API key is not known to this hub. Check it, or ask an administrator for a new one.");

    private static HubError Unauthorized(string message, string code = "invalid_api_key") => new(401, code, Blame.Caller, message);

    /// <summary>A SHA-256 as a dictionary key without a string.</summary>
    private readonly record struct KeyDigest(UInt128 High, UInt128 Low)
    {
        public static KeyDigest Of(string secret)
        {
            Span<byte> utf8 = secret.Length <= SecretCharsMax ? stackalloc byte[SecretCharsMax * 3] : new byte[secret.Length * 3];
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
