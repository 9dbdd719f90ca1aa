using System.Text.Json.Serialization;

namespace AigneHub.Wire.Anthropic;

/// <summary>The answer of <c>GET /v1/models</c> (<see href="https://docs.claude.com/en/api/models-list"/>).</summary>
public sealed record AnthropicModelList(
    [property: JsonPropertyName("data")] IReadOnlyList<AnthropicModel> Data,
    [property: JsonPropertyName("has_more")] bool HasMore,
    [property: JsonPropertyName("first_id")] string? FirstId,
    [property: JsonPropertyName("last_id")] string? LastId);

/// <param name="CreatedAt">RFC 3339; the epoch where it is not known.</param>
public sealed record AnthropicModel(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("display_name")] string DisplayName,
    [property: JsonPropertyName("created_at")] string CreatedAt)
{
    [JsonPropertyName("type"), JsonPropertyOrder(-1)]
    public string Kind { get; init; } = "model";
}
