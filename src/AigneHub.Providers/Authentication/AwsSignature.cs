using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// AWS Signature Version 4
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>), for every
/// service but S3: the path is encoded once more than it is sent.
/// </summary>
/// <param name="Region">E.g. <c>us-east-1</c>.</param>
/// <param name="Service">E.g. <c>bedrock</c>.</param>
internal sealed record AwsSignature(AwsCredential Credential, string Region, string Service, DateTimeOffset Time)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>Value of the header <c>X-Amz-Date</c>, which must be among the signed headers.</summary>
    public string Date => Time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private string Scope => $"{Date[..8]}/{Region}/{Service}/aws4_request";

    /// <summary>SHA-256 of a body in pieces, in hexadecimal.</summary>
    public static string HashOf(IEnumerable<ReadOnlyMemory<byte>> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in body)
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The value of the header <c>Authorization</c>.</summary>
    /// <param name="path">As it is sent, escapes and all.</param>
    /// <param name="query">As it is sent, without the question mark.</param>
    /// <param name="headers">Those to sign.</param>
    /// <param name="bodyHash"><see cref="HashOf"/> of the body.</param>
    public string Authorization(
        string method, string path, string query, IEnumerable<KeyValuePair<string, string>> headers, string bodyHash)
    {
        var sorted = headers
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: Collapse(header.Value)))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToArray();
        var names = string.Join(';', sorted.Select(header => header.Name));
        var lines = string.Concat(sorted.Select(header => $"{header.Name}:{header.Value}\n"));
        var canonical = $"{method}\n{CanonicalPath(path)}\n{CanonicalQuery(query)}\n{lines}\n{names}\n{bodyHash}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var toSign = $"{Algorithm}\n{Date}\n{Scope}\n{hash}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(SigningKey(), Encoding.UTF8.GetBytes(toSign)));
        return $"{Algorithm} Credential={Credential.AccessKeyId}/{Scope}, SignedHeaders={names}, Signature={signature}";
    }

    /// <summary>Every character but the unreserved ones and the slash is escaped, the percent signs of the sent path, too.</summary>
    private static string CanonicalPath(string path) => path.Length == 0 ? "/" : Escape(path, keepSlash: true);

    private static string CanonicalQuery(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Again(pair[0]), Value: pair.Length == 2 ? Again(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Again(string sent) => Escape(Uri.UnescapeDataString(sent), keepSlash: false);

    private static string Escape(string text, bool keepSlash)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)octet;
            if (Unreserved.Contains(character) || (keepSlash && character == '/'))
            {
                escaped.Append(character);
            }
            else
            {
                escaped.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }

    private static string Collapse(string value) =>
        string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private byte[] SigningKey()
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + Credential.SecretAccessKey);
        foreach (var part in (string[])[Date[..8], Region, Service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }
}
