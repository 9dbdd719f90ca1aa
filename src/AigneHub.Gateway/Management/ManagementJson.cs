using System.Text.Json;
using System.Text.Json.Serialization;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

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
        typeof(EnumWord<KeyRole>), typeof(EnumWord<UsagePeriod>), typeof(EnumWord<CallOutcome>), typeof(EnumWord<PoisonKind>),
        typeof(EnumWord<PoisonStatus>),
    ],
    WriteIndented = true)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(UpdateKeyRequest))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(UsageDocument))]
[JsonSerializable(typeof(LedgerPage))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(PoisonPage))]
[JsonSerializable(typeof(PoisonDocument))]
[JsonSerializable(typeof(DropPoisonRequest))]
internal sealed partial class ManagementJson : JsonSerializerContext;

/// <summary>An enumeration as a camel-case word; numbers are refused.</summary>
internal sealed class EnumWord<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
