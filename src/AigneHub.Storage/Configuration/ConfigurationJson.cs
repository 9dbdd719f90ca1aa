using System.Text.Json.Serialization;
using AigneHub.Core.Configuration;

namespace AigneHub.Storage.Configuration;

/// <summary>The form of stored records. Members are only ever added; enumerations by name.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProviderRecord))]
[JsonSerializable(typeof(CredentialRecord))]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(AliasRecord))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
