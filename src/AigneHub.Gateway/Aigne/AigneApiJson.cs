using System.Text.Json.Serialization;

namespace AigneHub.Gateway.Aigne;

/// <summary>JSON of AIGNE's endpoints that are no model calls. What is null is written: AIGNE's pages tell null from missing.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AigneSiteDocument))]
[JsonSerializable(typeof(AigneStatusDocument))]
[JsonSerializable(typeof(IReadOnlyList<AigneModelDocument>))]
[JsonSerializable(typeof(IReadOnlyList<AigneModelGroup>))]
internal sealed partial class AigneApiJson : JsonSerializerContext;
