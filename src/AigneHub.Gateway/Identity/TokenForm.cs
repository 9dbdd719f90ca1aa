using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AigneHub.Gateway.Identity;

/// <summary>What a JSON Web Token looks like, before anything in it is believed: https://www.rfc-editor.org/rfc/rfc7519.</summary>
internal static class TokenForm
{
    /// <summary>A longer one is refused unread.</summary>
    public const int CharactersMax = 16 * 1024;

    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>Three parts, of which the first is the JSON of a header with <c>alg</c>: no hub key is like that.</summary>
    public static bool IsToken(string secret)
    {
        var dot = secret.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || secret.AsSpan().Count('.') != 2)
        {
            return false;
        }

        // A header is short; one that is not is still no key's form, and is refused for its length.
        if (secret.Length > CharactersMax)
        {
            return secret.StartsWith("eyJ", StringComparison.Ordinal);
        }

        using var header = Parse(secret.AsSpan(0, dot));
        return header?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("alg", out _);
    }

    /// <summary>A part's JSON object; null when it is none, or has a name twice.</summary>
    public static JsonDocument? Parse(ReadOnlySpan<char> part)
    {
        if (!Base64Url.IsValid(part))
        {
            return null;
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            return JsonDocument.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), Strict);
        }
        catch (Exception e) when (e is JsonException or FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
