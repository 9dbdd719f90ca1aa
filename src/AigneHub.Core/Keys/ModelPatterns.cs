namespace AigneHub.Core.Keys;

/// <summary>Names of models and prefixes that end in <c>*</c>.</summary>
public static class ModelPatterns
{
    /// <summary>No model: none has an empty name.</summary>
    public static IReadOnlyList<string> Nothing { get; } = [""];

    /// <summary>Whether one of them is <paramref name="model"/> (<c>provider/model</c>); an empty list allows all.</summary>
    public static bool Allow(IReadOnlyList<string> patterns, string model)
    {
        if (patterns.Count == 0)
        {
            return true;
        }

        foreach (var pattern in patterns)
        {
            var matches = pattern.EndsWith('*')
                ? model.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
                : string.Equals(model, pattern, StringComparison.Ordinal);
            if (matches)
            {
                return true;
            }
        }

        return false;
    }
}
