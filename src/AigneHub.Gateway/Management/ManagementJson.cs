using System.Text.Json;
using System.Text.Json.Serialization;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Audit;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Management.Audit;
using AigneHub.Gateway.Management.Members;
using AigneHub.Gateway.Management.Rates;
using AigneHub.Providers.Catalogue;
using AigneHub.Providers.Configuration;

namespace AigneHub.Gateway.Management;

/// <summary>The management API's JSON: camel case, enumerations as words, unknown and repeated fields refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(EnumWord<Role>), typeof(EnumWord<KeyScope>),
        typeof(EnumWord<MemberKind>), typeof(EnumWord<MemberStatus>), typeof(EnumWord<OwnerStatus>),
        typeof(EnumWord<UsagePeriod>), typeof(EnumWord<CallOutcome>), typeof(EnumWord<PoisonKind>),
        typeof(EnumWord<PoisonStatus>), typeof(EnumWord<CredentialKind>), typeof(EnumWord<RoutePolicy>),
        typeof(EnumWord<RecordStatus>), typeof(EnumWord<ConfigurationSource>),
        typeof(EnumWord<ProviderState>), typeof(EnumWord<RouteHealthState>),
        typeof(EnumWord<BlockReason>), typeof(EnumWord<PeriodLength>), typeof(EnumWord<PurseKind>), typeof(EnumWord<MovementKind>),
        typeof(ChangeOf<string>), typeof(ChangeOf<BudgetDocument>),
        typeof(EnumWord<PriceSource>), typeof(EnumWord<CostSource>), typeof(EnumWord<CatalogueSource>),
        typeof(EnumWord<DriftKind>), typeof(EnumWord<PriceChangeKind>), typeof(EnumWord<AuditOutcome>),
    ],
    WriteIndented = true)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(UpdateKeyRequest))]
[JsonSerializable(typeof(CreateOwnKeyRequest))]
[JsonSerializable(typeof(UpdateOwnKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(RemovedWithDocument))]
[JsonSerializable(typeof(MeDocument))]
[JsonSerializable(typeof(CreateMemberRequest))]
[JsonSerializable(typeof(UpdateMemberRequest))]
[JsonSerializable(typeof(RecordPage<MemberDocument>))]
[JsonSerializable(typeof(CreateInvitationRequest))]
[JsonSerializable(typeof(AcceptInvitationRequest))]
[JsonSerializable(typeof(RecordPage<InvitationDocument>))]
[JsonSerializable(typeof(CreateOwnerRequest))]
[JsonSerializable(typeof(UpdateOwnerRequest))]
[JsonSerializable(typeof(RecordPage<OwnerDocument>))]
[JsonSerializable(typeof(BalanceDocument))]
[JsonSerializable(typeof(BalanceList))]
[JsonSerializable(typeof(GrantRequest))]
[JsonSerializable(typeof(ReversalRequest))]
[JsonSerializable(typeof(AdjustmentRequest))]
[JsonSerializable(typeof(GrantList))]
[JsonSerializable(typeof(MovementPage))]
[JsonSerializable(typeof(UsageDocument))]
[JsonSerializable(typeof(LedgerPage))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(ArchiveDocument))]
[JsonSerializable(typeof(RestoreRequest))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(PoisonPage))]
[JsonSerializable(typeof(PoisonDocument))]
[JsonSerializable(typeof(DropPoisonRequest))]
[JsonSerializable(typeof(NoticePage))]
[JsonSerializable(typeof(CreateProviderRequest))]
[JsonSerializable(typeof(UpdateProviderRequest))]
[JsonSerializable(typeof(RecordPage<ProviderDocument>))]
[JsonSerializable(typeof(CreateCredentialRequest))]
[JsonSerializable(typeof(UpdateCredentialRequest))]
[JsonSerializable(typeof(RecordPage<CredentialDocument>))]
[JsonSerializable(typeof(CreateModelRequest))]
[JsonSerializable(typeof(UpdateModelRequest))]
[JsonSerializable(typeof(RecordPage<ModelDocument>))]
[JsonSerializable(typeof(CreateAliasRequest))]
[JsonSerializable(typeof(UpdateAliasRequest))]
[JsonSerializable(typeof(RecordPage<AliasDocument>))]
[JsonSerializable(typeof(TestRequest))]
[JsonSerializable(typeof(TestDocument))]
[JsonSerializable(typeof(RotationDocument))]
[JsonSerializable(typeof(ProviderHealthList))]
[JsonSerializable(typeof(RecordPage<RateDocument>))]
[JsonSerializable(typeof(RecordPage<PriceChangeDocument>))]
[JsonSerializable(typeof(UpdateMarginsRequest))]
[JsonSerializable(typeof(MarginsDocument))]
[JsonSerializable(typeof(MarginsReport))]
[JsonSerializable(typeof(PutOverrideRequest))]
[JsonSerializable(typeof(OverrideDocument))]
[JsonSerializable(typeof(CatalogueDocument))]
[JsonSerializable(typeof(CatalogueReport))]
[JsonSerializable(typeof(PricingDocument))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(AuditPage))]
internal sealed partial class ManagementJson : JsonSerializerContext;

/// <summary>
/// An enumeration as one camel-case word, read in any case. The library's own converter takes lists of words, too, and makes
/// one value of them.
/// </summary>
internal sealed class EnumWord<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly (T Value, string Word)[] Words =
        [.. Enum.GetValues<T>().Select(value => (value, JsonNamingPolicy.CamelCase.ConvertName(value.ToString())))];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        foreach (var (value, word) in Words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));

    public static string Of(T value) => Array.Find(Words, known => EqualityComparer<T>.Default.Equals(known.Value, value)).Word;
}
