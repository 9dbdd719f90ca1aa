using AigneHub.Core.Pricing;
using AigneHub.Providers.Upstream;

namespace AigneHub.Providers;

/// <summary>What is known of a call whose vendor has not reported all that it consumed.</summary>
public readonly ref struct UnreportedCall
{
    /// <summary>The request's members as JSON.</summary>
    public required ReadOnlySpan<byte> Request { get; init; }

    /// <summary>The file of a form; null when there is none.</summary>
    public PayloadPiece? File { get; init; }

    /// <summary>What the model is charged by; null when that is not known.</summary>
    public ModelRates? Rates { get; init; }

    public UsageQuirks Quirks { get; init; }

    /// <summary>Not what it probably was, but the most that it can be.</summary>
    public bool AtMost { get; init; }

    /// <summary>Null when nothing was reported.</summary>
    public TokenUsage? Reported { get; init; }

    /// <summary>Tokens of the answer's text, as far as it came.</summary>
    public long Delivered { get; init; }

    /// <summary>Length of the answer's audio, as far as it came, in milliseconds; null when it is none or can't be told.</summary>
    public long? Spoken { get; init; }
}
