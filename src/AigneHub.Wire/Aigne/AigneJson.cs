using System.Text.Json.Serialization;

namespace AigneHub.Wire.Aigne;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AigneErrorBody))]
[JsonSerializable(typeof(AigneErrorEvent))]
public sealed partial class AigneJson : JsonSerializerContext;
