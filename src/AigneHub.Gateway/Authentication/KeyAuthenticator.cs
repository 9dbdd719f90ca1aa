using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Keys;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// Finds the caller by hub key: <c>Authorization: Bearer</c>, <c>x-api-key</c>, <c>api-key</c> or
/// <c>x-goog-api-key</c>, in this order. Look-ups
/// are cached, unknown keys too, for <see cref="GatewayOptions.KeyCacheSeconds"/>: so long may a revoked key still pass.
/// When storage is out of reach and nothing fresh is known, the answer is 503: never a pass, never a false 401.
/// </summary>
public sealed class KeyAuthenticator(IKeyStore keys, GatewayOptions options, TimeProvider time)
{
    private const string BearerPrefix = "Bearer ";
    private const int SecretCharsMax = 512;
    private static readonly string[] KeyHeaders = ["x-api-key", "api-key", "x-goog-api-key"];

    // Storage that hangs is asked for half a minute before it counts as away (StorageOptions): too long for a caller.
    private static readonly TimeSpan LookUpMax = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<KeyDigest, Lazy<Task<Lookup>>> _lookups = new();

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

        KeyRecord? key;
        try
        {
            key = await FindAsync(secret).WaitAsync(LookUpMax, time, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or TimeoutException)
        {
            return (null, new HubError(
                503, "key_store_unavailable", Blame.Hub, "The hub can't check API keys at the moment. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(2)));
        }

        if (key is null)
        {
            return (null, secret.StartsWith(HubKey.Prefix, StringComparison.Ordinal) && !HubKey.IsWellFormed(secret)
                ? Unauthorized("The API key is mistyped or cut off: its checksum is wrong. Copy it again.")
                : Unknown());
        }

        if (key.IsActive(time.GetUtcNow()))
        {
            return (new Caller(key), null);
        }

        var why = key.RevokedAt is null ? "This API key has expired." : "This API key has been revoked.";
        return (null, Unauthorized(why, "api_key_inactive"));
    }

    /// <summary>Whether the caller sends a key in a header, a good one or not.</summary>
    public static bool HasKey(HttpRequest request) => SecretOf(request.Headers).Length > 0;

    /// <summary>Forgets what is known, so that a change made on this instance holds at once.</summary>
    public void Forget() => _lookups.Clear();

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

    private Task<KeyRecord?> FindAsync(string secret)
    {
        var digest = KeyDigest.Of(secret);
        if (_lookups.TryGetValue(digest, out var known) && IsStale(known.Value))
        {
            _lookups.TryRemove(new KeyValuePair<KeyDigest, Lazy<Task<Lookup>>>(digest, known));
        }

        var lookup = _lookups.GetOrAdd(digest, static (d, self) => self.NewLookup(d), this).Value;
        return lookup.IsCompletedSuccessfully ? lookup.Result.Found : Unwrap(lookup);
    }

    /// <summary>A failure is told to those who waited for it, and to nobody who comes later.</summary>
    private bool IsStale(Task<Lookup> lookup) =>
        lookup.IsCompletedSuccessfully
            ? time.GetElapsedTime(lookup.Result.Started).TotalSeconds >= options.KeyCacheSeconds
            : lookup.IsCompleted;

    private static async Task<KeyRecord?> Unwrap(Task<Lookup> lookup) => await (await lookup).Found;

    private Lazy<Task<Lookup>> NewLookup(KeyDigest digest)
    {
        if (_lookups.Count >= options.KeyCacheEntriesMax)
        {
            // Rare (a flood of invented keys): starting anew is simpler than ranking entries that live for seconds.
            _lookups.Clear();
        }

        return new Lazy<Task<Lookup>>(() => LookUpAsync(digest));
    }

    private async Task<Lookup> LookUpAsync(KeyDigest digest)
    {
        var started = time.GetTimestamp();
        var key = await keys.FindByHashAsync(digest.ToString(), CancellationToken.None);
        return new Lookup(Task.FromResult(key), started);
    }

    private static HubError Unknown() =>
        Unauthorized("The API key is not known to this hub. Check it, or ask an administrator for a new one.");

    private static HubError Unauthorized(string message, string code = "invalid_api_key") => new(401, code, Blame.Caller, message);

    /// <param name="Started">Timestamp before the read: what the answer is at least as fresh as.</param>
    private sealed record Lookup(Task<KeyRecord?> Found, long Started);

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
