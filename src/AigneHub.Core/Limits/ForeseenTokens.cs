namespace AigneHub.Core.Limits;

/// <summary>What a call is foreseen to use; corrected when it ends.</summary>
/// <param name="Prompt">What is sent, and so is used.</param>
/// <param name="Answer">What the caller allows the answers to have: rarely used, and anybody may claim any number.</param>
public readonly record struct ForeseenTokens(long Prompt, long Answer)
{
    /// <summary>
    /// What is foreseen of answers lets a call take at most this part of a limit, so that one claim does not stop all others.
    /// </summary>
    private const int PartDivisor = 4;

    /// <summary>What the call takes of a limit before it is made, at least 1.</summary>
    /// <param name="limit">Tokens a minute; null: any number.</param>
    public long Of(long? limit) =>
        Math.Max(1, Math.Max(Prompt, Math.Min(Prompt + Answer, (limit ?? long.MaxValue) / PartDivisor)));
}
