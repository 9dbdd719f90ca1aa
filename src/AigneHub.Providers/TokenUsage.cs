using AigneHub.Core.Pricing;

namespace AigneHub.Providers;

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

    /// <summary>The counts as disjoint unit kinds; 0 where unknown.</summary>
    /// <param name="reasoningApart">The model prices reasoning apart: it is taken out of the output.</param>
    public UnitCounts ToUnits(bool reasoningApart)
    {
        var reasoning = reasoningApart ? Math.Min(Reasoning ?? 0, Output ?? 0) : 0;
        return new UnitCounts
        {
            [UnitKind.Input] = Input ?? 0,
            [UnitKind.CachedInput] = CachedInput ?? 0,
            [UnitKind.CacheWrite5m] = CacheWrite ?? 0,
            [UnitKind.AudioInput] = AudioInput ?? 0,
            [UnitKind.Output] = (Output ?? 0) - reasoning,
            [UnitKind.Reasoning] = reasoning,
            [UnitKind.AudioOutput] = AudioOutput ?? 0,
        };
    }
}
