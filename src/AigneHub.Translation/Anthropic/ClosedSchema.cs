using System.Text.Json;
using System.Text.Json.Nodes;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Structured output demands <c>additionalProperties: false</c> of every object
/// (<see href="https://platform.claude.com/docs/en/build-with-claude/structured-outputs"/>). An object that doesn't say is
/// closed: what fits then fits the caller's schema too. One that says otherwise stays, and is the vendor's to refuse.
/// </summary>
internal static class ClosedSchema
{
    /// <summary>The schema's JSON; unchanged when it can't be read (half a surrogate pair, a name twice).</summary>
    public static string Of(JsonElement schema)
    {
        var text = schema.GetRawText();
        try
        {
            var node = JsonNode.Parse(text);
            Close(node);
            return node?.ToJsonString() ?? text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return text;
        }
    }

    private static void Close(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                foreach (var (_, value) in schema.ToList())
                {
                    Close(value);
                }

                if (schema["properties"] is JsonObject && IsObjectType(schema["type"])
                    && !schema.ContainsKey("additionalProperties"))
                {
                    schema["additionalProperties"] = false;
                }

                break;
            case JsonArray list:
                foreach (var value in list)
                {
                    Close(value);
                }

                break;
        }
    }

    private static bool IsObjectType(JsonNode? type) =>
        type is JsonValue value && value.TryGetValue<string>(out var name) ? name == "object"
        : type is JsonArray names && names.Any(n => n is JsonValue v && v.TryGetValue<string>(out var t) && t == "object");
}
