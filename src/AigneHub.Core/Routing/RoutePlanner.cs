using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>A plan, or the error that the caller is told: exactly one of them.</summary>
public readonly record struct RouteResult(RoutePlan? Plan, HubError? Error);

/// <summary>
/// Finds where a call can be answered. It holds no state but what can be worked out again.
/// <list type="bullet">
/// <item>An alias (case doesn't matter) wins over a model of the same name.</item>
/// <item><c>provider/model</c>: that provider alone. A model that the catalogue doesn't know is passed on, unpriced.</item>
/// <item>A bare name: every provider in force that the catalogue knows to serve it, by rank. A dated or <c>-latest</c>
/// form of a known name counts when the provider's match rules have it.</item>
/// <item>Of these, the targets whose provider serves the called API in its own format.</item>
/// <item>In <see cref="HubMode.Provider"/> mode only models with a price: nothing is sent that can't be charged.</item>
/// </list>
/// </summary>
public static class RoutePlanner
{
    public const int NameCharactersMax = 256;

    /// <summary>The code of the error when the model's providers don't serve the called API.</summary>
    public const string ApiNotServed = "api_not_served";

    /// <summary>Names of models and aliases of fixed order are planned once a snapshot: then no call allocates.</summary>
    public static RouteResult Plan(HubSnapshot snapshot, in RouteRequest request)
    {
        var model = request.Model;
        if (snapshot.Names.TryGet(model, out var known))
        {
            return known!.Plan(in request);
        }

        if (string.IsNullOrWhiteSpace(model))
        {
            return new RouteResult(null, RouteErrors.ModelRequired);
        }

        if (model.Length > NameCharactersMax)
        {
            return new RouteResult(null, RouteErrors.NameTooLong);
        }

        (Resolution? resolution, HubError? error) = snapshot.Aliases.TryGetValue(model, out var alias)
            ? Resolve(snapshot, alias, request.Key)
            : NameResolver.Resolve(snapshot, model, request.Key);
        if (resolution is null)
        {
            return new RouteResult(null, error);
        }

        snapshot.Names.Add(model, resolution);
        return resolution.Plan(in request);
    }

    /// <summary>Models that can't be called are left out; when none can, the first one's error tells why.</summary>
    private static (Resolution?, HubError?) Resolve(HubSnapshot snapshot, ModelAlias alias, KeyRecord? key)
    {
        HubError? first = null;
        List<AliasBranch> branches = [];
        foreach (var target in alias.Targets)
        {
            var (named, error) = NameResolver.Resolve(snapshot, target.Model, key);
            first ??= error;
            if (named is not null)
            {
                branches.Add(new AliasBranch(target, named.Targets));
            }
        }

        List<RouteTarget> fallbacks = [];
        foreach (var name in alias.Fallbacks)
        {
            var (named, error) = NameResolver.Resolve(snapshot, name, key);
            first ??= error;
            fallbacks.AddRange(named?.Targets ?? []);
        }

        return branches.Count == 0 && fallbacks.Count == 0
            ? (null, first ?? RouteErrors.NoTargetMatches(alias.Name))
            : (new ResolvedAlias(alias, branches, fallbacks), null);
    }
}
