using Microsoft.IdentityModel.Tokens;

namespace AigneHub.Gateway.Identity;

/// <summary>An issuer's signing keys as they were fetched: those for signatures by RSA of 2,048 bits or more, or elliptic curves.</summary>
internal sealed class IssuerKeySet
{
    private const int RsaBitsMin = 2048;
    private const int KeysMax = 200;
    private readonly JsonWebKey[] _keys;

    public IssuerKeySet(IEnumerable<JsonWebKey> keys, TimeSpan fetched)
    {
        _keys = [.. keys.Where(IsUsable).Take(KeysMax)];
        Fetched = fetched;
    }

    /// <summary>When, by the clock of <see cref="IssuerKeys"/>.</summary>
    public TimeSpan Fetched { get; }

    /// <summary>The keys of this id; a token without one is held against the only key of an issuer that has one.</summary>
    public IReadOnlyList<JsonWebKey> Find(string kid) =>
        kid.Length == 0 ? (_keys.Length == 1 ? _keys : []) : [.. _keys.Where(key => key.Kid == kid)];

    private static bool IsUsable(JsonWebKey key) =>
        key.Use is null or "" or JsonWebKeyUseNames.Sig
        && key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA => key.KeySize >= RsaBitsMin && !string.IsNullOrEmpty(key.E),
            JsonWebAlgorithmsKeyTypes.EllipticCurve => !string.IsNullOrEmpty(key.Crv),
            _ => false,
        };
}
