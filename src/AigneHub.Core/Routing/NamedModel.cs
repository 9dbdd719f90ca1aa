namespace AigneHub.Core.Routing;

/// <summary>A name of a model: the same plan for every call of an API.</summary>
/// <param name="targets">At least one, in order.</param>
internal sealed class NamedModel(RouteTarget[] targets) : Resolution
{
    private static readonly int Apis = Enum.GetValues<ModelApi>().Length;
    private readonly RoutePlan?[] _plans = new RoutePlan?[Apis];

    public RouteTarget[] Targets { get; } = targets;

    public override RouteResult Plan(in RouteRequest request) => _plans[(int)request.Api] is { } known
        ? new RouteResult(known, null)
        : Plan(request.Model, request.Api);

    private RouteResult Plan(string name, ModelApi api)
    {
        var serving = Array.FindAll(Targets, t => t.Serves(api));
        if (serving.Length == 0)
        {
            return new RouteResult(null, RouteErrors.ApiNotServed(name, api, Targets));
        }

        var plan = new RoutePlan(serving);
        // Racing calls make equal plans; the first stays, so that all of them share what they learn.
        return new RouteResult(Interlocked.CompareExchange(ref _plans[(int)api], plan, null) ?? plan, null);
    }
}
