namespace AigneHub.Core.Routing.Health;

/// <summary>What became of one attempt.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="FirstByte">
/// Of a success: from sending to the first byte. Not needed after <see cref="AttemptSequence.FirstByte"/>.
/// </param>
/// <param name="RetryAfter">As the vendor said, of a rate limit or of a 503: a floor for the next call.</param>
/// <param name="WholeCredential">A rate limit holds for all models of the credential.</param>
public readonly record struct AttemptOutcome(
    AttemptOutcomeKind Kind, TimeSpan? FirstByte = null, TimeSpan? RetryAfter = null, bool WholeCredential = false)
{
    public static AttemptOutcome Success(TimeSpan? firstByte = null) => new(AttemptOutcomeKind.Success, firstByte);

    public static AttemptOutcome RateLimited(TimeSpan? retryAfter, bool wholeCredential = false) =>
        new(AttemptOutcomeKind.RateLimited, null, retryAfter, wholeCredential);

    public static AttemptOutcome Unavailable(TimeSpan? retryAfter = null) =>
        new(AttemptOutcomeKind.Unavailable, null, retryAfter);

    public static implicit operator AttemptOutcome(AttemptOutcomeKind kind) => new(kind);
}
