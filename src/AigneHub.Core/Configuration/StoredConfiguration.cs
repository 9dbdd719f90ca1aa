using AigneHub.Core.Payments;

namespace AigneHub.Core.Configuration;

/// <summary>Everything that is configured at run time.</summary>
/// <param name="Version">Differs from that of every other state; empty before the first write.</param>
/// <param name="Unreadable">Ids of stored records that this version of the hub can't read; they are left out.</param>
public sealed record StoredConfiguration(
    string Version,
    IReadOnlyList<ProviderRecord> Providers,
    IReadOnlyList<CredentialRecord> Credentials,
    IReadOnlyList<ModelRecord> Models,
    IReadOnlyList<AliasRecord> Aliases,
    IReadOnlyList<string> Unreadable)
{
    /// <summary>Full names of the models among them, which may have had prices of their own.</summary>
    public IReadOnlyList<string> UnreadableModels { get; init; } = [];

    public StoredPrices Prices { get; init; } = StoredPrices.None;
    public IReadOnlyList<CreditPack> Packs { get; init; } = [];

    public IReadOnlyList<Plan> Plans { get; init; } = [];

    public static StoredConfiguration Empty { get; } = new("", [], [], [], [], []);
}
