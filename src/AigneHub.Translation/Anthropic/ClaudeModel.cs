using System.Globalization;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// What a Claude model can do, by its name (<c>claude-opus-4-7</c>, <c>claude-3-7-sonnet-20250219</c>,
/// <c>us.anthropic.claude-sonnet-4-5-20250929-v1:0</c>, <c>claude-sonnet-4-5@20250929</c>):
/// <see href="https://platform.claude.com/docs/en/build-with-claude/thinking"/>,
/// <see href="https://platform.claude.com/docs/en/build-with-claude/effort"/>,
/// <see href="https://platform.claude.com/docs/en/build-with-claude/structured-outputs"/>,
/// <see href="https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5"/>.
/// </summary>
/// <param name="IsClaude">False for a foreign model behind Anthropic's API: it is taken for what all of them can do.</param>
/// <param name="Version">Ten times the version: 45 is 4.5; 0 when the name doesn't say.</param>
internal readonly record struct ClaudeModel(bool IsClaude, bool AlwaysThinks, int Version)
{
    /// <summary>Decides itself how long to think, led by an effort.</summary>
    public bool ThinksAdaptively => Version >= 46;

    /// <summary>Thinks within a budget of tokens.</summary>
    public bool TakesBudget => !IsClaude || Version is >= 37 and < 46;

    public bool HasXHighEffort => Version >= 47;

    public bool HasMaxEffort => Version >= 46;

    /// <summary>Thinks unless it is told not to.</summary>
    public bool ThinksByDefault => Version >= 50;

    public bool CanDisableThinking => !AlwaysThinks;

    /// <summary>Takes temperature, top_p and top_k.</summary>
    public bool HasSampling => Version < 47;

    /// <summary>Takes either temperature or top_p.</summary>
    public bool HasOneSampling => Version >= 41;

    public bool HasJsonSchema => Version >= 45;

    public bool CanBeForced => !(AlwaysThinks && Version > 50);

    public static ClaudeModel Of(string model)
    {
        const int VersionDigitsMax = 2;
        const int Unnumbered = 50; // A preview without a number is newer than all that have one.
        var start = model.IndexOf("claude", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return default;
        }

        int? major = null;
        int? minor = null;
        var isApart = false;
        foreach (var part in model[start..].Split('-', '.', '@', ':', '_', ' '))
        {
            isApart |= part.Equals("fable", StringComparison.OrdinalIgnoreCase)
                || part.Equals("mythos", StringComparison.OrdinalIgnoreCase);
            if (part.Length is > 0 and <= VersionDigitsMax
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                if (major is not null)
                {
                    minor = number;
                    break;
                }

                major = number;
            }
            else if (major is not null)
            {
                break;
            }
        }

        var version = major is { } known ? (known * 10) + Math.Min(minor ?? 0, 9) : isApart ? Unnumbered : 0;
        return new ClaudeModel(true, isApart || version >= 55, version);
    }
}
