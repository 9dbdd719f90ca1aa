using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Configuration;

namespace AigneHub.Gateway.Management;

/// <summary>Where an entry comes from.</summary>
internal enum ConfigurationSource
{
    /// <summary>The hub's settings: read-only here.</summary>
    Environment,

    /// <summary>Added at run time.</summary>
    Stored,
}

internal sealed record RecordPage<T>(IReadOnlyList<T> Items, string? Continuation);

/// <param name="Vendor">The id of a vendor, or <c>custom-openai</c>, <c>custom-anthropic</c>, <c>custom-gemini</c>.</param>
/// <param name="BaseUrl">The vendor's own when absent.</param>
internal sealed record CreateProviderRequest(
    string Id, string Vendor, string? DisplayName = null, string? BaseUrl = null, int? Rank = null, bool? Enabled = null);

/// <summary>What is absent stays as it is; an empty text takes the vendor's own.</summary>
internal sealed record UpdateProviderRequest(
    string? DisplayName = null, string? BaseUrl = null, int? Rank = null, bool? Enabled = null);

/// <summary>For the audit log: what was deleted together with a provider.</summary>
/// <param name="Credentials">Their ids.</param>
/// <param name="Models"><c>provider/model</c>.</param>
internal sealed record RemovedWithDocument(IReadOnlyList<string> Credentials, IReadOnlyList<string> Models);

/// <param name="Detail">Why it is not active.</param>
internal sealed record ProviderDocument(
    string Id, string Vendor, string DisplayName, string BaseUrl, int? Rank, bool Enabled, ConfigurationSource Source,
    RecordStatus Status, string? Detail, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt)
{
    public static ProviderDocument Of(ProviderEntry provider) => new(
        provider.Id, provider.Vendor, provider.DisplayName, provider.Apis[0].BaseUrl.OriginalString, provider.Rank, true,
        ConfigurationSource.Environment, RecordStatus.Active, null, null, null);

    public static ProviderDocument Of(ProviderRecord record, string vendorsUrl, RecordState state) => new(
        record.Id, record.Vendor, record.DisplayName ?? record.Id, record.BaseUrl ?? vendorsUrl, record.Rank, record.Enabled,
        ConfigurationSource.Stored, state.Status, state.Detail, record.CreatedAt, record.UpdatedAt);
}

/// <param name="Secret">Never shown again.</param>
internal sealed record CreateCredentialRequest(
    string Provider, string Name, CredentialKind? Kind = null, string? Secret = null, int? Weight = null, int? Tier = null,
    bool? Enabled = null);

/// <summary>What is absent stays as it is.</summary>
internal sealed record UpdateCredentialRequest(
    string? Name = null, string? Secret = null, int? Weight = null, int? Tier = null, bool? Enabled = null);

/// <param name="Hint">The last four characters of an API key.</param>
internal sealed record CredentialDocument(
    string Id, string Provider, string Name, CredentialKind Kind, string Hint, int Weight, int Tier, bool Enabled,
    ConfigurationSource Source, RecordStatus Status, string? Detail, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt)
{
    public static CredentialDocument Of(ProviderEntry provider, CredentialEntry credential) => new(
        credential.Id, provider.Id, credential.Id, credential.Kind, CredentialSecret.HintOf(credential.Kind, credential.Secret),
        credential.Weight, credential.Tier, true, ConfigurationSource.Environment, RecordStatus.Active, null, null, null);

    public static CredentialDocument Of(CredentialRecord record, RecordState state) => new(
        record.Id, record.Provider, record.Name, record.Kind, record.Hint, record.Weight, record.Tier, record.Enabled,
        ConfigurationSource.Stored, state.Status, state.Detail, record.CreatedAt, record.UpdatedAt);
}

/// <param name="Model">The vendor's own name.</param>
/// <param name="PricePerMillion">Whole units per 1,000,000, by unit kind or form, e.g. <c>{"input":"1.25","image:hd":"80000"}</c>.</param>
internal sealed record CreateModelRequest(
    string Provider, string Model, string? Name = null, int? ContextWindow = null, int? MaxOutput = null,
    IReadOnlyDictionary<string, string>? PricePerMillion = null, IReadOnlyList<string>? InputModalities = null,
    bool? Enabled = null, RateLimitsDocument? Limits = null);

/// <summary>What is absent stays as it is.</summary>
internal sealed record UpdateModelRequest(
    string? Name = null, int? ContextWindow = null, int? MaxOutput = null,
    IReadOnlyDictionary<string, string>? PricePerMillion = null, IReadOnlyList<string>? InputModalities = null,
    bool? Enabled = null, RateLimitsDocument? Limits = null);

/// <param name="Id"><c>provider/model</c>.</param>
/// <param name="Limits">Of all its callers together.</param>
internal sealed record ModelDocument(
    string Id, string Provider, string Model, string? Name, int? ContextWindow, int? MaxOutput,
    IReadOnlyDictionary<string, string> PricePerMillion, IReadOnlyList<string>? InputModalities, bool Enabled,
    RateLimitsDocument? Limits, RecordStatus Status, string? Detail, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static ModelDocument Of(ModelRecord record, RecordState state) => new(
        record.FullName(), record.Provider, record.Id, record.Name, record.ContextWindow, record.MaxOutput,
        record.Rates.Select(rate => KeyValuePair.Create(UnitKinds.Name(rate.Key), rate.Value)).Concat(record.FormRates)
            .ToDictionary(rate => rate.Key, rate => Nano.ToDecimalString(rate.Value)),
        record.InputModalities, record.Enabled, RateLimitsDocument.Of(record.Limits), state.Status, state.Detail, record.CreatedAt,
        record.UpdatedAt);
}

internal sealed record ConditionDocument(
    IReadOnlyDictionary<string, string>? Headers = null, IReadOnlyDictionary<string, string>? Metadata = null,
    IReadOnlyList<string>? KeyTags = null, IReadOnlyList<string>? Modalities = null, int? InputTokensMin = null,
    int? InputTokensMax = null);

/// <param name="Weight">1 when absent.</param>
/// <param name="Tier">0 when absent.</param>
internal sealed record AliasTargetDocument(string Model, int? Weight = null, int? Tier = null, ConditionDocument? When = null);

/// <param name="Policy"><c>priority</c> when absent.</param>
internal sealed record CreateAliasRequest(
    string Name, IReadOnlyList<AliasTargetDocument> Targets, RoutePolicy? Policy = null, bool? SessionAffinity = null,
    IReadOnlyList<string>? Fallbacks = null);

/// <summary>What is absent stays as it is; lists are replaced whole.</summary>
internal sealed record UpdateAliasRequest(
    IReadOnlyList<AliasTargetDocument>? Targets = null, RoutePolicy? Policy = null, bool? SessionAffinity = null,
    IReadOnlyList<string>? Fallbacks = null);

internal sealed record AliasDocument(
    string Name, RoutePolicy Policy, bool SessionAffinity, IReadOnlyList<AliasTargetDocument> Targets,
    IReadOnlyList<string> Fallbacks, RecordStatus Status, string? Detail, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AliasDocument Of(AliasRecord record, RecordState state) => new(
        record.Alias.Name, record.Alias.Policy, record.Alias.SessionAffinity,
        [.. record.Alias.Targets.Select(Of)], record.Alias.Fallbacks, state.Status, state.Detail, record.CreatedAt,
        record.UpdatedAt);

    internal static AliasTargetDocument Of(AliasTarget target) => new(
        target.Model, target.Weight, target.Tier,
        target.When is { } when
            ? new ConditionDocument(
                when.Headers, when.Metadata, when.KeyTags, when.Modalities, when.InputTokensMin, when.InputTokensMax)
            : null);
}

/// <param name="Model">The vendor's own name of a model to call; without it the vendor's list of models is asked for.</param>
internal sealed record TestRequest(string? Model = null);

/// <param name="Ok">The vendor answered with a success status.</param>
/// <param name="Status">The vendor's HTTP status; 0 when none came.</param>
/// <param name="Model">What was called; absent when the list of models was asked for.</param>
/// <param name="Error">One sentence; never the vendor's own words, which may quote the key.</param>
internal sealed record TestDocument(
    bool Ok, int Status, int Milliseconds, string Provider, string Credential, string? Model, string? Error);

/// <param name="DataKey">The id of the data key that new secrets are sealed with.</param>
/// <param name="Resealed">Secrets that were sealed with it now.</param>
/// <param name="Remaining">Secrets that the background still has to seal with it.</param>
/// <param name="Unopened">Ids of credentials whose secrets must be entered anew.</param>
internal sealed record RotationDocument(string DataKey, int Resealed, int Remaining, IReadOnlyList<string> Unopened);
