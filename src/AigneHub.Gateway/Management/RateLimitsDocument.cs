using AigneHub.Core;
using AigneHub.Core.Accounts;

namespace AigneHub.Gateway.Management;

/// <summary>
/// Rate limits of a key, an account, a team, a project or a model. An update replaces them whole, and <c>{}</c> takes them away;
/// what is absent is not limited.
/// </summary>
/// <param name="RequestsPerMinute">Over all instances.</param>
/// <param name="TokensPerMinute">Input and output, over all instances.</param>
/// <param name="ConcurrentStreams">On each instance.</param>
internal sealed record RateLimitsDocument(int? RequestsPerMinute = null, long? TokensPerMinute = null, int? ConcurrentStreams = null)
{
    public static RateLimitsDocument? Of(RateLimits? limits) =>
        limits is null ? null : new(limits.RequestsPerMinute, limits.TokensPerMinute, limits.ConcurrentStreams);

    /// <summary>What to store; null for none.</summary>
    public RateLimits? ToLimits() => new RateLimits(RequestsPerMinute, TokensPerMinute, ConcurrentStreams) is { IsEmpty: false } limits
        ? limits
        : null;

    /// <summary>Null when nothing is wrong.</summary>
    /// <param name="field">Its own name in the document around it.</param>
    public static HubError? Check(RateLimitsDocument? document, string field = "limits") =>
        document?.ToLimits()?.WhatIsWrong(field) is { } wrong ? Problem.BadRequest(wrong.Message, wrong.Param) : null;
}
