using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>What a route is planned for.</summary>
/// <param name="Model">As the caller wrote it: <c>provider/model</c>, a bare name or an alias.</param>
/// <param name="Api">What the client called; targets serve it in the same format.</param>
/// <param name="Key">
/// Its tags decide conditions; its allow-list bounds what an error suggests. It does not bound the plan:
/// <see cref="RoutePlan.AllowedFor"/>.
/// </param>
public readonly record struct RouteRequest(string Model, ModelApi Api, KeyRecord? Key = null)
{
    /// <summary>Asked only for aliases with conditions or by price; without it no condition on the request holds.</summary>
    public IRequestFacts? Facts { get; init; }

    /// <summary>For <see cref="RoutePolicy.Fastest"/>; without it nothing is known.</summary>
    public IFirstByteTimes? FirstByteTimes { get; init; }

    /// <summary>For <see cref="RoutePolicy.Weighted"/>; null: <see cref="System.Random.Shared"/>.</summary>
    public Random? Random { get; init; }
}
