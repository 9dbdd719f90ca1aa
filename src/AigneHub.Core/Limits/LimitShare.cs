using AigneHub.Core.Accounts;

namespace AigneHub.Core.Limits;

/// <summary>What a call has of one subject's limits.</summary>
internal struct LimitShare(LimitCounter counter, RateLimits limits, ForeseenTokens tokens)
{
    public readonly LimitCounter Counter => counter;

    public readonly RateLimits Limits => limits;

    /// <summary>What is taken before the call is made.</summary>
    public readonly long Tokens => tokens.Of(limits.TokensPerMinute);

    /// <summary>Where it is counted.</summary>
    public long Window;

    public bool Taken;
}
