using System.Text.Json.Serialization;
using AigneHub.Core.Audit;

namespace AigneHub.Gateway.Management.Audit;

/// <summary>Lines of an export: as <see cref="ManagementJson"/>, without line breaks.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EnumWord<AuditOutcome>)])]
[JsonSerializable(typeof(AuditEntryDocument))]
internal sealed partial class AuditJson : JsonSerializerContext;
