using System.Text.Json.Serialization;

namespace AigneHub.Wire.Gemini;

/// <summary>Source-generated JSON of the Gemini API's documents that the hub itself writes.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GeminiErrorBody))]
[JsonSerializable(typeof(GeminiModelList))]
[JsonSerializable(typeof(GeminiModel))]
public sealed partial class GeminiJson : JsonSerializerContext;
