using AigneHub.Core.Access;
using AigneHub.Core.Accounts;

namespace AigneHub.Core.Keys;

/// <summary>The administrator's key that the settings name. It belongs to the first account and may call models too.</summary>
public static class AdministratorKey
{
    public const string Setting = "AIGNEHUB_ADMIN_KEY";
    private const string UnresolvedReference = "@Microsoft.KeyVault(";
    private const int CharsMin = 24;
    private const int CharsMax = 512;
    private const int IdHexDigits = 32;

    /// <summary>
    /// The setting refers to a secret of Azure Key Vault, and the platform could not read it: then the app sees the reference
    /// itself, which is no secret and must never become a key.
    /// </summary>
    /// <seealso href="https://learn.microsoft.com/azure/app-service/app-service-key-vault-references"/>
    public static bool IsUnresolved(string secret) => secret.StartsWith(UnresolvedReference, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when the text can be the key; otherwise what is wrong with it, without quoting it.</summary>
    public static string? WhatIsWrong(string secret)
    {
        if (secret.Length is < CharsMin or > CharsMax)
        {
            return $"{Setting} must have {CharsMin} to {CharsMax} characters; it has {secret.Length}.";
        }

        if (IsUnresolved(secret))
        {
            return $"{Setting} is a reference to Azure Key Vault that was not resolved.";
        }

        return secret.All(c => c is > ' ' and <= '~') ? null : $"{Setting} must consist of visible ASCII characters.";
    }

    /// <summary>The record to keep of it. Its id follows from the key, so that another key is another record.</summary>
    /// <exception cref="ArgumentException">The text can't be the key.</exception>
    public static KeyRecord RecordOf(string secret, DateTimeOffset now)
    {
        if (WhatIsWrong(secret) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(secret));
        }

        var hash = HubKey.Hash(secret);
        return new KeyRecord
        {
            Id = "key_" + HubKey.Hash(hash)[..IdHexDigits],
            Hash = hash,
            Account = HubAccounts.FirstId,
            Name = "Administrator (from the settings)",
            Role = Role.Owner,
            Hint = secret[^4..],
            CreatedAt = now,
        };
    }
}
