using System.Text.Json;

namespace AigneHub.Infra.Tests.Compiler;

/// <summary>A resource that a deployment would make; values that only Azure knows are expressions in brackets.</summary>
public sealed record PredictedResource(string Id, string Type, string Name, JsonElement Json)
{
    /// <summary>The last segment of the name.</summary>
    public string LeafName => Name[(Name.LastIndexOf('/') + 1)..];

    public JsonElement Properties => Json.TryGetProperty("properties", out var properties) ? properties : default;

    public bool Is(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <param name="path">E.g. <c>networkAcls.defaultAction</c>.</param>
    /// <returns>The property's JSON text without quotes; null without it.</returns>
    public string? Property(string path)
    {
        var value = Properties;
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return null;
            }
        }

        return value.ValueKind == JsonValueKind.Null ? null : value.ToString();
    }

    /// <summary>Every property of this name, however deep.</summary>
    public IEnumerable<JsonElement> Everywhere(string name) => Find(Json, name);

    private static IEnumerable<JsonElement> Find(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            Find(property.Value, name).Concat(
                property.Name.Equals(name, StringComparison.OrdinalIgnoreCase) ? [property.Value] : [])),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Find(item, name)),
        _ => [],
    };
}
