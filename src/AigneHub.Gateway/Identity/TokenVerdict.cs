using AigneHub.Core;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Gateway.Identity;

/// <summary>What came of a token; exactly one of the first two is null.</summary>
/// <param name="UsableUntil">When the token is over, the skew included.</param>
internal sealed record TokenVerdict(Caller? Caller, HubError? Error, DateTimeOffset UsableUntil);
