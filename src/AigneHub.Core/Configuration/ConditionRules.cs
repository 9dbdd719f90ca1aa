using AigneHub.Core.Routing;

namespace AigneHub.Core.Configuration;

/// <summary>The bounds of a <see cref="RouteCondition"/>.</summary>
internal static class ConditionRules
{
    private const int EntriesMax = 10;
    private const int NameCharactersMax = 100;
    private const int ValueCharactersMax = 200;
    private const int TagCharactersMax = 64;
    private static readonly string[] Modalities = ["image", "audio", "file", "tools"];

    /// <param name="field">The condition's own name, e.g. <c>targets[0].when</c>.</param>
    public static (string Message, string Param)? WhatIsWrong(RouteCondition condition, string field)
    {
        if (WhatIsWrong(condition.Headers, $"{field}.headers") is { } headers)
        {
            return headers;
        }

        if (WhatIsWrong(condition.Metadata, $"{field}.metadata") is { } metadata)
        {
            return metadata;
        }

        var tags = condition.KeyTags;
        if (tags.Count > EntriesMax || tags.Any(tag => tag.Length is 0 or > TagCharactersMax || tag.Any(char.IsControl)))
        {
            return (
                $"'{field}.keyTags' may have at most {EntriesMax} entries of 1 to {TagCharactersMax} characters.",
                $"{field}.keyTags");
        }

        if (condition.Modalities.Count > Modalities.Length || condition.Modalities.Except(Modalities).Any())
        {
            return ($"'{field}.modalities' may have {string.Join(", ", Modalities)}, each once.", $"{field}.modalities");
        }

        if (condition.InputTokensMin is < 0)
        {
            return ($"'{field}.inputTokensMin' must be at least 0.", $"{field}.inputTokensMin");
        }

        return condition.InputTokensMax < (condition.InputTokensMin ?? 0)
            ? ($"'{field}.inputTokensMax' must be at least 0 and at least 'inputTokensMin'.", $"{field}.inputTokensMax")
            : null;
    }

    private static (string Message, string Param)? WhatIsWrong(IReadOnlyDictionary<string, string> entries, string field)
    {
        if (entries.Count > EntriesMax)
        {
            return ($"'{field}' may have at most {EntriesMax} entries.", field);
        }

        return entries.Any(entry => entry.Key.Length is 0 or > NameCharactersMax || entry.Key.Any(char.IsControl)
            || entry.Value.Length > ValueCharactersMax || entry.Value.Any(char.IsControl))
            ? (
                $"'{field}' may have names of 1 to {NameCharactersMax} and values of at most {ValueCharactersMax} characters, "
                    + "none of them a control character.",
                field)
            : null;
    }
}
