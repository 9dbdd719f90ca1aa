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
public sealed record OpenAiModel(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("owned_by")] string OwnedBy)
{
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "model";
}
