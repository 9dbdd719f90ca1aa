namespace AigneHub.Core.Routing.Health;

/// <summary>
/// The numbers by which targets and credentials are taken out of use and back into it. What is held back for zero time is not
/// held back at all.
/// </summary>
public sealed record HealthOptions
{
    /// <summary>After a rate limit for which the vendor named no time; doubles with each one in a row.</summary>
    public TimeSpan CoolDownBase { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan CoolDownMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A longer <c>Retry-After</c> counts as this.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>From a refused credential to the call that checks it again; doubles with each refusal in a row.</summary>
    public TimeSpan DisabledBase { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan DisabledMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Over which the share of failures is taken.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Fewer calls in the window say nothing about their share of failures.</summary>
    public int WindowCallsMin { get; init; } = 10;

    /// <summary>Failures of 100 calls in the window that open the breaker.</summary>
    public int FailurePercent { get; init; } = 50;

    /// <summary>Failures in a row that open the breaker.</summary>
    public int FailuresInARow { get; init; } = 5;

    /// <summary>From the opening of a breaker to its first probe; doubles with each failed probe.</summary>
    public TimeSpan OpenBase { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan OpenMax { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The time constant of the moving average of times to the first byte.</summary>
    public TimeSpan FirstByteDecay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What a failed call counts as in that average, if it didn't take longer.</summary>
    public TimeSpan FailurePenalty { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Before the same target is tried again; up to twice this, at random.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a conversation's place is remembered after its last success.</summary>
    public TimeSpan AffinityAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Conversations remembered; up to twice as many while old ones go.</summary>
    public int AffinitiesMax { get; init; } = 50_000;

    /// <summary>
    /// States of (provider, model, credential) kept, and of each part of it; up to twice as many while old ones go.
    /// </summary>
    public int StatesMax { get; init; } = 4096;
}
