namespace AigneHub.Core.Keys;

/// <summary>Names of models and prefixes that end in <c>*</c>.</summary>
public static class ModelPatterns
{
    /// <summary>No model: none has an empty name.</summary>
    public static IReadOnlyList<string> Nothing { get; } = [""];

    /// <summary>Whether one of them is <paramref name="model"/> (<c>provider/model</c>); an empty list allows all.</summary>
    public static bool Allow(IReadOnlyList<string> patterns, string model) =>
        patterns.Count == 0 || Match(patterns, model, StringComparison.Ordinal);

    /// <summary>Whether one of them is <paramref name="model"/>, in any case: what is denied must not be had by another spelling.</summary>
    public static bool Deny(IReadOnlyList<string> patterns, string model) =>
        patterns.Count > 0 && Match(patterns, model, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether all that <paramref name="inner"/> allows is allowed by <paramref name="outer"/>, too.</summary>
    public static bool Covers(IReadOnlyList<string> outer, IReadOnlyList<string> inner) =>
        outer.Count == 0 || (inner.Count > 0 && inner.All(pattern => outer.Any(one => Covers(one, pattern, StringComparison.Ordinal))));

    /// <summary>Whether all that <paramref name="less"/> denies is denied by <paramref name="more"/>, too.</summary>
    public static bool DenyAll(IReadOnlyList<string> more, IReadOnlyList<string> less) =>
        less.All(pattern => more.Any(one => Covers(one, pattern, StringComparison.OrdinalIgnoreCase)));

    private static bool Match(IReadOnlyList<string> patterns, string model, StringComparison comparison)
    {
        foreach (var pattern in patterns)
        {
            var matches = pattern.EndsWith('*')
                ? model.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), comparison)
                : string.Equals(model, pattern, comparison);
            if (matches)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A prefix covers what begins with it, patterns included; a name covers itself.</summary>
    private static bool Covers(string outer, string inner, StringComparison comparison) => outer.EndsWith('*')
        ? inner.AsSpan().StartsWith(outer.AsSpan(0, outer.Length - 1), comparison)
        : string.Equals(outer, inner, comparison);
}
