using System.Text.Json;

namespace AigneHub.Gateway.Identity;

/// <summary>Reads claims: https://www.rfc-editor.org/rfc/rfc7519#section-4. What is of another type than it must be is absent.</summary>
internal static class TokenClaims
{
    private const int ValuesMax = 1_000;
    private const int TextCharactersMax = 256;
    private static readonly double SecondsMax = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>A text of at most 256 characters, none of them control characters.</summary>
    public static string? Text(JsonElement claims, string name) =>
        Find(claims, name) is { ValueKind: JsonValueKind.String } found
        && found.GetString() is { Length: > 0 and <= TextCharactersMax } text && !text.Any(char.IsControl)
            ? text
            : null;

    /// <summary>Some write truths as texts or as the number 1; Entra ID does of <c>xms_edov</c>.</summary>
    public static bool IsTrue(JsonElement claims, string name) => Find(claims, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } text => text.GetString() is "true" or "True" or "1",
        { ValueKind: JsonValueKind.Number } number => number.TryGetInt32(out var value) && value == 1,
        _ => false,
    };

    /// <summary>A text, or the texts of a list.</summary>
    public static IReadOnlyList<string> Texts(JsonElement claims, string name) => Find(claims, name) switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() <= ValuesMax =>
            [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    /// <summary>A NumericDate: seconds since 1970, fractions cut off.</summary>
    public static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number && found.TryGetDouble(out var seconds)
        && seconds >= 0 && seconds <= SecondsMax
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    /// <summary>The claim of this very name, else what its dots lead to.</summary>
    private static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.TryGetProperty(name, out var found))
        {
            return found;
        }

        var inner = claims;
        foreach (var part in name.Split('.'))
        {
            if (inner.ValueKind != JsonValueKind.Object || !inner.TryGetProperty(part, out inner))
            {
                return null;
            }
        }

        return inner;
    }
}
