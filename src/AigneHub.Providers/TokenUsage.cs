using AigneHub.Core.Pricing;

namespace AigneHub.Providers;

/// <summary>A quantity of one kind.</summary>
public readonly record struct UnitCount(UnitKind Kind, long Units);

/// <summary>
/// The tokens of one call, disjoint (but for <see cref="Reasoning"/>) and never negative. A null count is unknown, which is
/// not zero: a call whose <see cref="Input"/> or <see cref="Output"/> is null has to be counted by the hub.
/// </summary>
public readonly record struct TokenUsage
{
    /// <summary>Prompt tokens that were neither cached nor audio.</summary>
    public long? Input { get; init; }

    /// <summary>Prompt tokens read from the vendor's cache.</summary>
    public long? CachedInput { get; init; }

    /// <summary>Prompt tokens written to the vendor's cache, where writing has a price.</summary>
    public long? CacheWrite { get; init; }

    public long? AudioInput { get; init; }

    /// <summary>Generated tokens but audio, reasoning included.</summary>
    public long? Output { get; init; }

    /// <summary>How many of <see cref="Output"/> were reasoning: a part of it, not an addition.</summary>
    public long? Reasoning { get; init; }

    public long? AudioOutput { get; init; }

    /// <summary>Both directions were reported.</summary>
    public bool IsComplete => Input is not null && Output is not null;

    /// <summary>
    /// The counts as disjoint unit kinds: <see cref="UnitKind.Input"/> and <see cref="UnitKind.Output"/> always (0 where
    /// unknown), the others where they are above zero.
    /// </summary>
    /// <param name="reasoningApart">The model prices reasoning apart: it is taken out of the output.</param>
    public IReadOnlyList<UnitCount> ToUnits(bool reasoningApart)
    {
        var reasoning = reasoningApart ? Math.Min(Reasoning ?? 0, Output ?? 0) : 0;
        var units = new List<UnitCount>(4) { new(UnitKind.Input, Input ?? 0) };
        Add(UnitKind.CachedInput, CachedInput);
        Add(UnitKind.CacheWrite5m, CacheWrite);
        Add(UnitKind.AudioInput, AudioInput);
        units.Add(new UnitCount(UnitKind.Output, (Output ?? 0) - reasoning));
        Add(UnitKind.Reasoning, reasoning);
        Add(UnitKind.AudioOutput, AudioOutput);
        return units;

        void Add(UnitKind kind, long? count)
        {
            if (count > 0)
            {
                units.Add(new UnitCount(kind, count.Value));
            }
        }
    }
}
