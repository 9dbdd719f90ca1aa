using System.Text.Json.Serialization;

namespace AigneHub.Wire.Cohere;

/// <summary>https://docs.cohere.com/reference/errors</summary>
public sealed record CohereError(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("message")] string Message);
