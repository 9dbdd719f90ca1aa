using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>Judges <see cref="RouteCondition"/>s, the cheapest facts first.</summary>
internal static class RouteConditions
{
    private const string Any = "*";

    /// <param name="facts">Null: nothing is known of the request, so no condition on it holds.</param>
    public static bool Hold(RouteCondition condition, IRequestFacts? facts, KeyRecord? key)
    {
        if (condition.KeyTags.Count > 0 && !HasTag(condition.KeyTags, key))
        {
            return false;
        }

        var needsFacts = condition.Headers.Count > 0 || condition.Metadata.Count > 0 || condition.Modalities.Count > 0
            || condition.InputTokensMin is not null || condition.InputTokensMax is not null;
        return !needsFacts || (facts is not null && Hold(condition, facts));
    }

    private static bool Hold(RouteCondition condition, IRequestFacts facts)
    {
        foreach (var (name, value) in condition.Headers)
        {
            if (facts.Header(name) is not { } given || (value != Any && value != given))
            {
                return false;
            }
        }

        foreach (var (name, value) in condition.Metadata)
        {
            if (facts.Metadata(name) is not { } given || (value != Any && value != given))
            {
                return false;
            }
        }

        if (condition.Modalities.Count > 0 && !HoldsOne(condition.Modalities, facts))
        {
            return false;
        }

        return (condition.InputTokensMin is not { } min || facts.InputTokens >= min)
            && (condition.InputTokensMax is not { } max || facts.InputTokens <= max);
    }

    private static bool HasTag(IReadOnlyList<string> wanted, KeyRecord? key)
    {
        foreach (var tag in key?.Tags ?? [])
        {
            if (wanted.Contains(tag, StringComparer.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HoldsOne(IReadOnlyList<string> modalities, IRequestFacts facts)
    {
        foreach (var modality in modalities)
        {
            if (facts.Holds(modality.ToLowerInvariant()))
            {
                return true;
            }
        }

        return false;
    }
}
