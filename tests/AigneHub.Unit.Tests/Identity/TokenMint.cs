using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AigneHub.Testing;

/// <summary>An identity provider's keys: makes real tokens, and others. Its signing keys can be changed while it runs.</summary>
internal sealed class TokenMint : IDisposable
{
    private readonly List<(string Kid, AsymmetricAlgorithm Key)> _keys = [];

    public TokenMint(string issuer, string? jwks = null)
    {
        Issuer = issuer;
        Jwks = jwks ?? issuer + "/keys";
        AddRsa("rsa-1");
    }

    public string Issuer { get; set; }
    public string Jwks { get; set; }
    public string Audience { get; set; } = "aigne-hub";

    public RSA Rsa => (RSA)_keys.Last(key => key.Key is RSA).Key;

    public string Discovery => new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = Jwks }.ToJsonString();

    public string KeySet => new JsonObject
    {
        ["keys"] = new JsonArray([.. _keys.Select(key => (JsonNode)(key.Key switch
        {
            RSA rsa => Public(key.Kid, rsa),
            _ => Public(key.Kid, (ECDsa)key.Key),
        }))]),
    }.ToJsonString();

    public void AddRsa(string kid, int bits = 2048) => _keys.Add((kid, RSA.Create(bits)));

    public void AddEc(string kid) => _keys.Add((kid, ECDsa.Create(ECCurve.NamedCurves.nistP256)));

    /// <summary>A new key; those before it are no longer the provider's.</summary>
    public void Rotate(string kid)
    {
        foreach (var (_, key) in _keys)
        {
            key.Dispose();
        }

        _keys.Clear();
        AddRsa(kid);
    }

    /// <param name="change">Of the payload; a claim is taken away by null.</param>
    public string Token(string subject, DateTimeOffset now, Action<JsonObject>? change = null, string? kid = null, Action<JsonObject>? header = null)
    {
        var (name, key) = kid is null ? _keys[^1] : _keys.Single(one => one.Kid == kid);
        var algorithm = key is RSA ? "RS256" : "ES256";
        var head = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = name };
        header?.Invoke(head);
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = subject,
            ["aud"] = Audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return Signed(head, claims.ToJsonString(), input => key switch
        {
            RSA rsa => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => ((ECDsa)key).SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        });
    }

    public static string Signed(JsonObject header, string payload, Func<byte[], byte[]> sign)
    {
        var input = $"{Encoded(header.ToJsonString())}.{Encoded(payload)}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public void Dispose() => _keys.ForEach(key => key.Key.Dispose());

    public static JsonObject Public(string kid, RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = kid,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static JsonObject Public(string kid, ECDsa ec)
    {
        var key = ec.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "EC",
            ["use"] = "sig",
            ["kid"] = kid,
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(key.Q.X),
            ["y"] = Base64Url.EncodeToString(key.Q.Y),
        };
    }
}
