using System.Text;
using System.Text.Json;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Looks members up the way Google's servers do, by their name in camel case or in snake case
/// (<see href="https://protobuf.dev/programming-guides/json/"/>).
/// </summary>
internal static class GeminiJson
{
    /// <param name="name">In camel case.</param>
    /// <returns>False when it is not there, or null.</returns>
    public static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object
            && (element.TryGetProperty(name, out value)
                || (name.Any(char.IsAsciiLetterUpper) && element.TryGetProperty(SnakeCase(name), out value)))
            && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>The member's text; null when it is not there, or no string.</summary>
    public static string? Text(JsonElement element, string name) =>
        TryGet(element, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool IsTrue(JsonElement element, string name) =>
        TryGet(element, name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(letter));
        }

        return snake.ToString();
    }

    /// <summary>Writes a tool call's arguments.</summary>
    /// <returns>False, and nothing is written, when they are no JSON object.</returns>
    public static bool TryWriteObject(Utf8JsonWriter output, string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            output.WriteStartObject();
            output.WriteEndObject();
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            JsonLine.Write(output, document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
