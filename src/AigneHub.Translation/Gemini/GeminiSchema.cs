using System.Text.Json;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Google's schemas (<see href="https://ai.google.dev/api/caching#Schema"/>), a part of OpenAPI's, as JSON Schema: types in
/// lower case, <c>nullable</c> as a type, whole numbers as numbers.
/// </summary>
internal static class GeminiSchema
{
    public static JsonElement ToJsonSchema(JsonElement schema)
    {
        using var buffer = new MemoryStream();
        using (var output = new Utf8JsonWriter(buffer))
        {
            Write(schema, output);
        }

        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return document.RootElement.Clone();
    }

    /// <summary>Recursion ends with the depth of the document, 64 at most.</summary>
    private static void Write(JsonElement schema, Utf8JsonWriter output)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            JsonLine.Write(output, schema);
            return;
        }

        var isNullable = GeminiJson.IsTrue(schema, "nullable");
        output.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            WriteMember(member, isNullable, output);
        }

        output.WriteEndObject();
    }

    private static void WriteMember(JsonProperty member, bool isNullable, Utf8JsonWriter output)
    {
        switch (member.Name)
        {
            case "nullable" or "propertyOrdering" or "property_ordering" or "example":
                break;
            case "type" when member.Value.ValueKind == JsonValueKind.String:
                WriteType(member.Value.GetString() ?? "", isNullable, output);
                break;

            // A note of Google's for enumerations of strings; in JSON Schema formats are of other kinds.
            case "format" when member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() == "enum":
                break;
            case "properties" when member.Value.ValueKind == JsonValueKind.Object:
                output.WriteStartObject("properties");
                foreach (var property in member.Value.EnumerateObject())
                {
                    output.WritePropertyName(property.Name);
                    Write(property.Value, output);
                }

                output.WriteEndObject();
                break;
            case "items":
                output.WritePropertyName("items");
                Write(member.Value, output);
                break;
            case "anyOf" or "any_of" when member.Value.ValueKind == JsonValueKind.Array:
                output.WriteStartArray("anyOf");
                foreach (var option in member.Value.EnumerateArray())
                {
                    Write(option, output);
                }

                output.WriteEndArray();
                break;
            case "minItems" or "min_items" or "maxItems" or "max_items" or "minLength" or "min_length" or "maxLength"
                or "max_length" or "minProperties" or "min_properties" or "maxProperties" or "max_properties":
                WriteCount(CamelCase(member.Name), member.Value, output);
                break;
            default:
                output.WritePropertyName(member.Name);
                JsonLine.Write(output, member.Value);
                break;
        }
    }

    private static void WriteType(string type, bool isNullable, Utf8JsonWriter output)
    {
        var name = type.ToLowerInvariant();
        if (name == "type_unspecified")
        {
            return;
        }

        if (!isNullable)
        {
            output.WriteString("type", name);
            return;
        }

        output.WriteStartArray("type");
        output.WriteStringValue(name);
        output.WriteStringValue("null");
        output.WriteEndArray();
    }

    /// <summary>Google's whole numbers of 64 bits may be strings.</summary>
    private static void WriteCount(string name, JsonElement value, Utf8JsonWriter output)
    {
        output.WritePropertyName(name);
        if (value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), out var count))
        {
            output.WriteNumberValue(count);
        }
        else
        {
            JsonLine.Write(output, value);
        }
    }

    private static string CamelCase(string name)
    {
        var at = name.IndexOf('_', StringComparison.Ordinal);
        return at < 0 ? name : $"{name[..at]}{char.ToUpperInvariant(name[at + 1])}{name[(at + 2)..]}";
    }
}
