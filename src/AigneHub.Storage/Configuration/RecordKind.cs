using System.Text.Json.Serialization.Metadata;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;

namespace AigneHub.Storage.Configuration;

/// <summary>How the records of one kind are stored.</summary>
/// <param name="Name">For messages; the head's column with their number has it, too.</param>
/// <param name="Prefix">Of their row keys.</param>
/// <param name="Max">Rows of the kind.</param>
/// <param name="Row">The row key of an id.</param>
internal sealed record RecordKind<T>(
    string Name, string Prefix, int Max, JsonTypeInfo<T> Json, Func<T, string> Id, Func<string, string> Row)
{
    /// <summary>Whose it is; null where nobody's.</summary>
    public Func<T, string?> Provider { get; init; } = _ => null;

    public Func<T, string?> DataKey { get; init; } = _ => null;
}

/// <summary>The kinds there are.</summary>
internal static class RecordKinds
{
    public static readonly RecordKind<ProviderRecord> Providers = new(
        "Providers", TableKeys.ProviderPrefix, 500, ConfigurationJson.TypeOf<ProviderRecord>(), record => record.Id,
        TableKeys.Provider);

    public static readonly RecordKind<CredentialRecord> Credentials = new(
        "Credentials", TableKeys.CredentialPrefix, 2_000, ConfigurationJson.TypeOf<CredentialRecord>(), record => record.Id,
        TableKeys.Credential)
    {
        Provider = record => record.Provider,
        DataKey = record => record.Secret?.DataKey,
    };

    public static readonly RecordKind<ModelRecord> Models = new(
        "Models", TableKeys.ModelPrefix, 5_000, ConfigurationJson.TypeOf<ModelRecord>(), record => record.FullName(),
        TableKeys.Model)
    {
        Provider = record => record.Provider,
    };

    public static readonly RecordKind<AliasRecord> Aliases = new(
        "Aliases", TableKeys.AliasPrefix, 1_000, ConfigurationJson.TypeOf<AliasRecord>(), record => record.Alias.Name,
        TableKeys.Alias);

    public static readonly RecordKind<PriceRulesRecord> PriceRules = new(
        "PriceRules", TableKeys.PriceRulesPrefix, 1, ConfigurationJson.TypeOf<PriceRulesRecord>(), _ => PriceRulesRecord.Id,
        TableKeys.PriceRules);

    public static readonly RecordKind<PriceOverrideRecord> PriceOverrides = new(
        "PriceOverrides", TableKeys.PriceOverridePrefix, 5_000, ConfigurationJson.TypeOf<PriceOverrideRecord>(),
        record => record.Model, TableKeys.PriceOverride);

    public static readonly RecordKind<CatalogueRecord> Catalogues = new(
        "Catalogues", TableKeys.CataloguePrefix, 1, ConfigurationJson.TypeOf<CatalogueRecord>(), _ => CatalogueRecord.Id,
        TableKeys.CatalogueInForce);
    public static readonly RecordKind<CreditPack> Packs = new(
        "Packs", TableKeys.PackPrefix, 500, ConfigurationJson.TypeOf<CreditPack>(), record => record.Id, TableKeys.Pack);

    public static readonly RecordKind<Plan> Plans = new(
        "Plans", TableKeys.PlanPrefix, 500, ConfigurationJson.TypeOf<Plan>(), record => record.Id, TableKeys.Plan);
}
