using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Gateway;

/// <summary>Whether a caller may make a call at all: the key's models, and a hub that can keep the usage.</summary>
internal static class Admission
{
    public static HubError NotAllowed { get; } = new(
        403, "model_not_allowed", Blame.Caller,
        "This API key may not call this model. GET /v1/models lists the ones it may call.", "model");

    /// <summary>The plan's targets that the caller may use. Exactly one of the results is null.</summary>
    public static (RoutePlan? Plan, HubError? Error) Check(Caller caller, RoutePlan plan, IUsageSink usage)
    {
        if (!usage.Accepting)
        {
            return (null, new HubError(
                503, "metering_unavailable", Blame.Hub,
                "The hub can't record usage at the moment and takes no calls until it can. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(5)));
        }

        return plan.AllowedFor(caller.Key) is { } allowed ? (allowed, null) : (null, NotAllowed);
    }
}
