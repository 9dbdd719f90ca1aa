using System.Text.Json.Serialization;

namespace AigneHub.Wire.OpenAi;

/// <summary>The answer of <c>GET /v1/models</c> (<see href="https://platform.openai.com/docs/api-reference/models"/>).</summary>
public sealed record OpenAiModelList([property: JsonPropertyName("data")] IReadOnlyList<OpenAiModel> Data)
{
    [JsonPropertyName("object"), JsonPropertyOrder(-1)]
    public string Kind { get; init; } = "list";
}

/// <summary>The answer of <c>GET /v1/models/{id}</c>, and one line of the list.</summary>
/// <param name="Id"><c>provider/model</c>.</param>
/// <param name="Created">Unix seconds; 0 where it is not known (clients demand a number).</param>
/// <param name="OwnedBy">Provider id.</param>
/// <remarks>What the API itself does not have is left out where it isn't known; clients pass over it.</remarks>
public sealed record OpenAiModel(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("owned_by")] string OwnedBy)
{
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "model";

    [JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Tokens.</summary>
    [JsonPropertyName("context_window"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ContextWindow { get; init; }

    /// <summary>Tokens.</summary>
    [JsonPropertyName("max_output_tokens"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxOutputTokens { get; init; }

    [JsonPropertyName("input_modalities"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? InputModalities { get; init; }

    [JsonPropertyName("reasoning"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Reasoning { get; init; }

    [JsonPropertyName("tools"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Tools { get; init; }

    [JsonPropertyName("pricing"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OpenAiModelPricing? Pricing { get; init; }
}

/// <summary>The hub's own: what a model costs its caller.</summary>
/// <param name="Unit"><c>USD</c> or <c>credit</c>.</param>
/// <param name="PerMillion">Decimal texts in whole units per 1,000,000, by unit kind, form or tier, as <c>GET /api/pricing</c>.</param>
public sealed record OpenAiModelPricing(
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("per_million")] IReadOnlyDictionary<string, string> PerMillion);
