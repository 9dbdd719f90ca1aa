using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AigneHub.Translation.Anthropic;

/// <summary>What Anthropic and Bedrock demand of a tool call: arguments that are an object, an id of few characters.</summary>
internal static class ToolCallText
{
    /// <summary>Characters of an id, the lesser of the two (Bedrock's).</summary>
    private const int IdMax = 64;

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>The id itself where it fits, else one made of it, the same each time.</summary>
    public static string FitId(string id) =>
        id.Length is > 0 and <= IdMax && !id.AsSpan().ContainsAnyExcept(IdCharacters)
            ? id
            : "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    /// <summary>Writes arguments as an object; what is none goes as the text of one member.</summary>
    public static void WriteInput(Utf8JsonWriter output, string arguments, bool isCustom)
    {
        if (!isCustom && IsObject(arguments))
        {
            output.WriteRawValue(arguments, skipInputValidation: true);
            return;
        }

        output.WriteStartObject();
        if (isCustom || !string.IsNullOrWhiteSpace(arguments))
        {
            output.WriteString(isCustom ? "input" : "arguments", arguments);
        }

        output.WriteEndObject();
    }

    private static bool IsObject(string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
