using AigneHub.Core.Pricing;

namespace AigneHub.Providers;

/// <summary>
/// What one call consumed, mostly tokens: disjoint (but for <see cref="Reasoning"/>) and never negative. A null count is
/// unknown, which is not zero: a call whose <see cref="Input"/> or <see cref="Output"/> is null has to be counted by the hub.
/// </summary>
public readonly record struct TokenUsage
{
    /// <summary>Prompt tokens that were neither cached nor audio nor counted as images.</summary>
    public long? Input { get; init; }

    /// <summary>Prompt tokens read from the vendor's cache.</summary>
    public long? CachedInput { get; init; }

    /// <summary>Prompt tokens written to the vendor's cache of five minutes, or of a time that is not said.</summary>
    public long? CacheWrite5m { get; init; }

    /// <summary>Prompt tokens written to the vendor's cache of one hour.</summary>
    public long? CacheWrite1h { get; init; }

    public long? AudioInput { get; init; }

    /// <summary>Tokens of images that were read, where the vendor counts them apart.</summary>
    public long? ImageInput { get; init; }

    /// <summary>Generated tokens but audio and images, reasoning included.</summary>
    public long? Output { get; init; }

    /// <summary>How many of <see cref="Output"/> were reasoning: a part of it, not an addition.</summary>
    public long? Reasoning { get; init; }

    public long? AudioOutput { get; init; }

    /// <summary>Tokens of generated images.</summary>
    public long? ImageOutput { get; init; }

    /// <summary>Images that were returned: a number of images, not of tokens.</summary>
    public long? Images { get; init; }

    /// <summary>What the images were returned in, as far as the answer says.</summary>
    public ReturnedForm Form { get; init; }

    /// <summary>Searches that the vendor ran: a number of searches, not of tokens.</summary>
    public long? Searches { get; init; }

    /// <summary>Seconds of audio that was heard, rounded up.</summary>
    public long? Seconds { get; init; }

    /// <summary>Characters that were spoken, as Unicode scalar values.</summary>
    public long? Characters { get; init; }

    /// <summary>What a call costs that vendors don't charge for.</summary>
    public static TokenUsage Free => new() { Input = 0, Output = 0 };

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
            [UnitKind.CacheWrite5m] = CacheWrite5m ?? 0,
            [UnitKind.CacheWrite1h] = CacheWrite1h ?? 0,
            [UnitKind.AudioInput] = AudioInput ?? 0,
            [UnitKind.ImageInput] = ImageInput ?? 0,
            [UnitKind.Output] = (Output ?? 0) - reasoning,
            [UnitKind.Reasoning] = reasoning,
            [UnitKind.AudioOutput] = AudioOutput ?? 0,
            [UnitKind.ImageOutput] = ImageOutput ?? 0,
            [UnitKind.Image] = Images ?? 0,
            [UnitKind.Second] = Seconds ?? 0,
            [UnitKind.Character] = Characters ?? 0,
            [UnitKind.Search] = Searches ?? 0,
        };
    }
}
