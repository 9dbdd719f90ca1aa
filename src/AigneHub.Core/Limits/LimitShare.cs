using AigneHub.Core.Accounts;

namespace AigneHub.Core.Limits;

/// <summary>What a call has of one subject's limits.</summary>
internal struct LimitShare(LimitCounter counter, RateLimits limits)
{
    public readonly LimitCounter Counter => counter;

    public readonly RateLimits Limits => limits;

    /// <summary>Where it is counted.</summary>
    public long Window;

    public bool Taken;
}
