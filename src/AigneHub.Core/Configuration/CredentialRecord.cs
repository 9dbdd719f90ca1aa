using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;

namespace AigneHub.Core.Configuration;

/// <summary>One of a provider's credentials, its secret sealed.</summary>
public sealed record CredentialRecord
{
    public const int WeightMax = 1_000;
    public const int TierMax = 9;
    private const string IdPrefix = "cred_";

    /// <summary><c>cred_</c> + 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The provider's id. Never changes.</summary>
    public required string Provider { get; init; }

    public required string Name { get; init; }

    /// <summary>The seal covers it: another kind needs the secret sealed anew.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>Null for kinds without a secret.</summary>
    public SealedSecret? Secret { get; init; }

    /// <summary>See <see cref="CredentialSecret.HintOf"/>.</summary>
    public string Hint { get; init; } = "";

    /// <summary>Share of the calls among credentials of the same tier, 1 to 1000.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Lower tiers are used first, 0 to 9.</summary>
    public int Tier { get; init; }

    public bool Enabled { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    public static string NewId(HubIds ids) => IdPrefix + ids.New().ToString("N");

    /// <summary>The same for the same text.</summary>
    public static string IdOf(string text) =>
        IdPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong()
    {
        if (Id.Length != IdPrefix.Length + 32 || !Id.StartsWith(IdPrefix, StringComparison.Ordinal)
            || !Id.Skip(IdPrefix.Length).All(char.IsAsciiHexDigitLower))
        {
            return ("'id' must be 'cred_' and 32 lower-case hex digits.", "id");
        }

        if (!ProviderRecord.IsId(Provider))
        {
            return ("'provider' must be the id of a provider.", "provider");
        }

        if (!RecordText.IsName(Name))
        {
            return (RecordText.NameRule("name"), "name");
        }

        if (!Enum.IsDefined(Kind))
        {
            return ("'kind' must be one of the kinds of credentials.", "kind");
        }

        if (CredentialSecret.IsNeeded(Kind) != Secret is not null)
        {
            return CredentialSecret.NeededOrNot(Kind);
        }

        if (Weight is < 1 or > WeightMax)
        {
            return ($"'weight' must be 1 to {WeightMax}.", "weight");
        }

        return Tier is < 0 or > TierMax ? ($"'tier' must be 0 to {TierMax}.", "tier") : null;
    }
}
