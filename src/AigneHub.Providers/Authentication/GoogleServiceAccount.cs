using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// The JSON key file of a Google service account, and the signed assertion that is exchanged for an access token
/// (<see href="https://developers.google.com/identity/protocols/oauth2/service-account#httprest"/>).
/// </summary>
internal sealed class GoogleServiceAccount
{
    private const int AssertionSeconds = 3600;
    private const int KeyBitsMin = 2048;
    private readonly string _email;
    private readonly string _privateKey;
    private readonly string? _keyId;

    private GoogleServiceAccount(string email, string privateKey, string? keyId, Uri tokenUrl)
    {
        _email = email;
        _privateKey = privateKey;
        _keyId = keyId;
        TokenUrl = tokenUrl;
    }

    /// <summary>A host under googleapis.com.</summary>
    public Uri TokenUrl { get; }

    /// <summary>Exactly one of the results is null.</summary>
    public static (GoogleServiceAccount? Account, string? Wrong) Parse(string secret)
    {
        using var document = SecretText.Parse(secret);
        if (document is null || SecretText.Text(document.RootElement, "type") != "service_account")
        {
            return (null, "A Google service account must be the JSON key file, with \"type\": \"service_account\".");
        }

        var root = document.RootElement;
        var email = SecretText.Text(root, "client_email");
        if (!SecretText.IsHeaderValue(email))
        {
            return (null, "The Google key file has no client_email.");
        }

        var url = GoogleHosts.TokenUrl;
        if (root.TryGetProperty("token_uri", out _) && !GoogleHosts.TryRead(SecretText.Text(root, "token_uri"), out url))
        {
            return (null, "token_uri of the Google key file must be an https URL of a host under googleapis.com.");
        }

        var key = SecretText.Text(root, "private_key");
        using var rsa = key is null ? null : Import(key);
        return rsa is null || rsa.KeySize < KeyBitsMin
            ? (null, $"private_key of the Google key file must be an RSA key in PEM format of at least {KeyBitsMin} bits.")
            : (new GoogleServiceAccount(email!, key!, SecretText.Text(root, "private_key_id"), url), null);
    }

    /// <summary>A JWT (RFC 7519) signed by RS256, valid for an hour.</summary>
    public string Assertion(DateTimeOffset now)
    {
        var head = Encode(writer =>
        {
            writer.WriteString("alg", "RS256");
            writer.WriteString("typ", "JWT");
            if (_keyId is not null)
            {
                writer.WriteString("kid", _keyId);
            }
        });
        var issued = now.ToUnixTimeSeconds();
        var claims = Encode(writer =>
        {
            writer.WriteString("iss", _email);
            writer.WriteString("scope", GoogleHosts.Scope);
            writer.WriteString("aud", TokenUrl.AbsoluteUri);
            writer.WriteNumber("iat", issued);
            writer.WriteNumber("exp", issued + AssertionSeconds);
        });
        using var rsa = Import(_privateKey)!;
        var signature = rsa.SignData(
            Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static RSA? Import(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            _ = rsa.SignData([], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return rsa;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
