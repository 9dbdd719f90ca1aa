using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;

namespace AigneHub.Core.Configuration;

/// <summary>The rules for secrets in plain text, before they are sealed.</summary>
public static class CredentialSecret
{
    /// <summary>UTF-8 bytes of a secret.</summary>
    public const int BytesMax = 16 * 1024;

    private const int HintCharacters = 4;
    private const int HintedKeyCharactersMin = 13;

    /// <summary>Whether credentials of this kind have a secret.</summary>
    public static bool IsNeeded(CredentialKind kind) => kind is not (CredentialKind.None or CredentialKind.EntraId);

    /// <summary>The last four characters of an API key of more than 12, to recognise it by; else empty.</summary>
    public static string HintOf(CredentialKind kind, string secret) =>
        kind == CredentialKind.ApiKey && secret.Length >= HintedKeyCharactersMin ? secret[^HintCharacters..] : "";

    /// <summary>Null when nothing is wrong, else one sentence, which never holds the secret, and the field's name.</summary>
    public static (string Message, string Param)? WhatIsWrong(CredentialKind kind, string? secret)
    {
        if (!IsNeeded(kind))
        {
            return string.IsNullOrEmpty(secret) ? null : NeededOrNot(kind);
        }

        if (string.IsNullOrEmpty(secret))
        {
            return NeededOrNot(kind);
        }

        if (Encoding.UTF8.GetByteCount(secret) > BytesMax)
        {
            return ($"'secret' may have at most {BytesMax} bytes.", "secret");
        }

        if (kind == CredentialKind.ApiKey)
        {
            return secret.All(c => c is > ' ' and <= '~')
                ? null
                : ("'secret' must hold visible ASCII characters only.", "secret");
        }

        string[] members = kind == CredentialKind.AwsAccessKey ? ["accessKeyId", "secretAccessKey"] : ["type"];
        return HasTexts(secret, members)
            ? null
            : ($"'secret' must be a JSON object with the strings {string.Join(" and ", members)}.", "secret");
    }

    internal static (string Message, string Param) NeededOrNot(CredentialKind kind) =>
        (IsNeeded(kind) ? "'secret' is needed for this kind." : "'secret' must be left out for this kind.", "secret");

    private static bool HasTexts(string secret, string[] members)
    {
        try
        {
            using var json = JsonDocument.Parse(secret);
            return json.RootElement.ValueKind == JsonValueKind.Object && members.All(member =>
                json.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: > 0 });
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
