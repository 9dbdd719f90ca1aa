using System.Text.Json.Serialization;

namespace AigneHub.Gateway.Aigne;

/// <summary>JSON of AIGNE's endpoints that are no model calls. What is null is written: AIGNE's pages tell null from missing.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AigneSiteDocument))]
[JsonSerializable(typeof(AigneStatusDocument))]
[JsonSerializable(typeof(IReadOnlyList<AigneModelDocument>))]
[JsonSerializable(typeof(IReadOnlyList<AigneModelGroup>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(AigneUserInfo))]
[JsonSerializable(typeof(AigneCreditBalance))]
[JsonSerializable(typeof(AigneGrantPage))]
[JsonSerializable(typeof(AigneTransactionPage))]
[JsonSerializable(typeof(AigneCallPage))]
[JsonSerializable(typeof(AigneProjectCallPage))]
[JsonSerializable(typeof(AigneUsageStats))]
[JsonSerializable(typeof(AigneQuota))]
[JsonSerializable(typeof(AigneProjects))]
[JsonSerializable(typeof(AigneTrends))]
[JsonSerializable(typeof(AigneGroupTrends))]
internal sealed partial class AigneApiJson : JsonSerializerContext;
