using System.Text.Json;
using System.Text.Json.Nodes;

namespace AigneHub.Providers.Simulation;

/// <summary>A call of one of the tools that the request offers, with arguments that fit its schema.</summary>
internal sealed record SimulatedToolCall(string Id, string Name, string Arguments)
{
    private const int DepthMax = 8;

    /// <summary>The tool that <c>tool_choice</c> names, else the first one; null when none is there or may be called.</summary>
    public static SimulatedToolCall? Choose(JsonElement request)
    {
        if (!request.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var wanted = default(string);
        if (request.TryGetProperty("tool_choice", out var choice))
        {
            if (choice.ValueKind == JsonValueKind.String && choice.ValueEquals("none"))
            {
                return null;
            }

            wanted = NameOf(choice);
        }

        foreach (var tool in tools.EnumerateArray())
        {
            if (NameOf(tool) is { } name && (wanted is null || wanted == name))
            {
                var schema = tool.GetProperty("function").TryGetProperty("parameters", out var parameters) ? parameters : default;
                return new SimulatedToolCall("call_sim_1", name, ExampleOf(schema, 0)?.ToJsonString() ?? "{}");
            }
        }

        return null;
    }

    private static string? NameOf(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object
        && tool.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object
        && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;

    // Every member that the schema requires, or, where it requires none, every member it knows.
    private static JsonNode? ExampleOf(JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax)
        {
            return depth == 0 ? new JsonObject() : null;
        }

        if (schema.TryGetProperty("enum", out var values)
            && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
        {
            return JsonNode.Parse(values[0].GetRawText());
        }

        var type = schema.TryGetProperty("type", out var named) ? FirstOf(named) : null;
        return type switch
        {
            "string" => "sim",
            "integer" or "number" => 1,
            "boolean" => true,
            "null" => null,
            "array" => new JsonArray(),
            _ => ObjectOf(schema, depth),
        };
    }

    private static JsonObject ObjectOf(JsonElement schema, int depth)
    {
        var example = new JsonObject();
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            var required = schema.TryGetProperty("required", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray().Select(static name => name.ToString()).ToHashSet()
                : [];
            foreach (var property in properties.EnumerateObject())
            {
                if (required.Count == 0 || required.Contains(property.Name))
                {
                    example[property.Name] = ExampleOf(property.Value, depth + 1);
                }
            }
        }

        return example;
    }

    private static string? FirstOf(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => type.GetString(),
        JsonValueKind.Array => type.EnumerateArray().Select(static t => t.ToString()).FirstOrDefault(static t => t != "null"),
        _ => null,
    };
}
