using System.Text.Json.Serialization;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Payments;

namespace AigneHub.Gateway.Management.Config;

/// <summary>
/// What is configured at run time, in one document. Each list that is there says all of each of its entries: what an entry leaves out has
/// its default. Lists that are absent stay as they are.
/// </summary>
/// <param name="Providers">By <c>id</c>.</param>
/// <param name="Credentials">By <c>provider</c> and <c>name</c>.</param>
/// <param name="Models">By <c>provider</c> and <c>model</c>.</param>
/// <param name="Aliases">By <c>name</c>.</param>
/// <param name="Margins">Mode <c>Provider</c>: margins and credit prices, all of them.</param>
/// <param name="Overrides">Mode <c>Provider</c>: prices set by hand, by <c>model</c>.</param>
/// <param name="Packs">Mode <c>Provider</c>, by <c>id</c>; never deleted.</param>
/// <param name="Plans">Mode <c>Provider</c>, by <c>id</c>; never deleted.</param>
/// <param name="Accounts">By <c>id</c>; never deleted.</param>
/// <param name="Teams">Mode <c>Enterprise</c>, by <c>id</c>; never deleted.</param>
/// <param name="Projects">Mode <c>Enterprise</c>, by <c>id</c>; never deleted.</param>
/// <param name="Reason">Why; 1 to 200 characters. Needed where prices, what is sold, or an owner's budget, credit or plan changes.</param>
internal sealed record ConfigFile(
    IReadOnlyList<CreateProviderRequest>? Providers = null,
    IReadOnlyList<CredentialEntryDocument>? Credentials = null,
    IReadOnlyList<CreateModelRequest>? Models = null,
    IReadOnlyList<CreateAliasRequest>? Aliases = null,
    MarginsEntryDocument? Margins = null,
    IReadOnlyList<OverrideEntryDocument>? Overrides = null,
    IReadOnlyList<PackEntryDocument>? Packs = null,
    IReadOnlyList<PlanEntryDocument>? Plans = null,
    IReadOnlyList<CreateOwnerRequest>? Accounts = null,
    IReadOnlyList<CreateOwnerRequest>? Teams = null,
    IReadOnlyList<CreateOwnerRequest>? Projects = null,
    string? Reason = null);

/// <summary>A credential of a configuration document, which never holds the secret itself.</summary>
/// <param name="Name">One of its own among the provider's.</param>
/// <param name="SecretRef">
/// <c>keep</c>, where the hub has the secret already, or the <c>NAME</c> of the setting <c>AigneHub__Secrets__NAME</c>, which may be a
/// Key Vault reference.
/// </param>
/// <param name="Id">Needed only to tell apart credentials that have the same provider and name.</param>
internal sealed record CredentialEntryDocument(
    string Provider, string Name, CredentialKind? Kind = null, string? SecretRef = null, int? Weight = null, int? Tier = null,
    bool? Enabled = null, string? Id = null);

/// <param name="Margins">Percent by scope: <c>*</c>, a provider's id, <c>provider/model</c>.</param>
/// <param name="CreditPrices">What a credit costs, by currency.</param>
internal sealed record MarginsEntryDocument(
    IReadOnlyDictionary<string, string> Margins, IReadOnlyDictionary<string, string> CreditPrices);

/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="PricePerMillion">Whole credits per 1,000,000 units, by unit kind, form or tier.</param>
internal sealed record OverrideEntryDocument(string Model, IReadOnlyDictionary<string, string> PricePerMillion, string? Reason = null);

/// <summary>What happens to an entry.</summary>
internal enum ConfigAction
{
    Create,
    Update,
    Delete,
}

/// <param name="Before">As JSON; absent when it was not there.</param>
/// <param name="After">As JSON; absent when it is not there any more.</param>
internal sealed record ConfigFieldChange(string Field, string? Before, string? After);

/// <param name="Kind">The list's name.</param>
internal sealed record ConfigChange(string Kind, string Id, ConfigAction Action, IReadOnlyList<ConfigFieldChange> Fields);

/// <param name="DryRun">True: nothing was changed.</param>
/// <param name="Etag">Of all that is configured: for the If-Match of a change. Of a dry run, what it was compared with.</param>
internal sealed record ConfigReport(
    bool DryRun, string Etag, int Created, int Updated, int Deleted, int Unchanged, IReadOnlyList<ConfigChange> Changes)
{
    public static ConfigReport Of(bool dryRun, string etag, int unchanged, IReadOnlyList<ConfigStep> steps)
    {
        int Count(ConfigAction action) => steps.Count(step => step.Change.Action == action);
        return new ConfigReport(
            dryRun, etag, Count(ConfigAction.Create), Count(ConfigAction.Update), Count(ConfigAction.Delete), unchanged,
            [.. steps.Select(step => step.Change)]);
    }
}

/// <summary>As <see cref="ManagementJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
        [typeof(EnumWord<CredentialKind>), typeof(EnumWord<RoutePolicy>), typeof(EnumWord<PeriodLength>), typeof(EnumWord<ConfigAction>)],
    WriteIndented = true)]
[JsonSerializable(typeof(ConfigFile))]
[JsonSerializable(typeof(ConfigReport))]
internal sealed partial class ConfigJson : JsonSerializerContext;
