using System.Buffers;
using System.Globalization;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// What a model can do, by its name: members differ by generation (<see href="https://ai.google.dev/gemini-api/docs/models"/>).
/// </summary>
internal readonly record struct GeminiModel
{
    private const string Family = "gemini-";

    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.");

    private GeminiModel(bool isGemini, double version, bool isPro)
    {
        ThinksByLevel = isGemini && version >= 3;
        ThinksByBudget = isGemini && version is >= 2.5 and < 3;
        IsPro = isPro;
    }

    /// <summary>
    /// Gemini 3 and later: <c>thinkingLevel</c>, signatures are demanded back, tools with structured output, media in tool
    /// results.
    /// </summary>
    public bool ThinksByLevel { get; }

    /// <summary>Gemini 2.5: <c>thinkingBudget</c>. Models before it don't think and refuse a configuration of it.</summary>
    public bool ThinksByBudget { get; }

    /// <summary>Thinks always.</summary>
    public bool IsPro { get; }

    /// <param name="name">The vendor's; a name without a version (<c>gemini-flash-latest</c>) is taken for the newest.</param>
    public static GeminiModel Of(string name)
    {
        var start = name.IndexOf(Family, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return default;
        }

        var rest = name.AsSpan(start + Family.Length);
        var end = rest.IndexOfAnyExcept(NumberChars);
        var number = end < 0 ? rest : rest[..end];
        var version = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : double.MaxValue;
        return new GeminiModel(isGemini: true, version, name.Contains("pro", StringComparison.OrdinalIgnoreCase));
    }
}
