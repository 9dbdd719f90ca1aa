using System.Text.Json.Serialization;

namespace AigneHub.Wire.Gemini;

/// <summary>The answer of <c>GET /v1beta/models</c> (<see href="https://ai.google.dev/api/models#method:-models.list"/>).</summary>
public sealed record GeminiModelList([property: JsonPropertyName("models")] IReadOnlyList<GeminiModel> Models);

/// <param name="Name"><c>models/…</c></param>
/// <param name="InputTokenLimit">Null when unknown.</param>
/// <param name="OutputTokenLimit">Null when unknown.</param>
public sealed record GeminiModel(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("displayName")] string DisplayName,
    [property: JsonPropertyName("inputTokenLimit")] int? InputTokenLimit,
    [property: JsonPropertyName("outputTokenLimit")] int? OutputTokenLimit,
    [property: JsonPropertyName("supportedGenerationMethods")] IReadOnlyList<string> SupportedGenerationMethods);
