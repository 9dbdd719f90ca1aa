namespace AigneHub.Core.Routing;

/// <summary>An alias whose names have been looked up.</summary>
internal sealed class ResolvedAlias(
    ModelAlias alias, IReadOnlyList<AliasBranch> branches, IReadOnlyList<RouteTarget> fallbacks) : Resolution
{
    private static readonly int Apis = Enum.GetValues<ModelApi>().Length;
    private readonly AliasRoutes?[] _routes = new AliasRoutes?[Apis];

    public override RouteResult Plan(in RouteRequest request)
    {
        var api = request.Api;
        var routes = _routes[(int)api];
        if (routes is null)
        {
            routes = Serving(api);
            routes = Interlocked.CompareExchange(ref _routes[(int)api], routes, null) ?? routes;
        }

        return routes.IsEmpty
            ? new RouteResult(null, NotServed(api))
            : routes.Plan(in request);
    }

    private HubError NotServed(ModelApi api) =>
        RouteErrors.ApiNotServed(alias.Name, api, branches.SelectMany(b => b.Routes).Concat(fallbacks));

    private AliasRoutes Serving(ModelApi api)
    {
        var serving = branches
            .Select(branch => branch with { Routes = Array.FindAll(branch.Routes, t => t.Serves(api)) })
            .Where(branch => branch.Routes.Length > 0)
            .OrderBy(branch => branch.Target.Tier);
        return new AliasRoutes(alias, [.. serving], [.. fallbacks.Where(t => t.Serves(api))]);
    }
}
