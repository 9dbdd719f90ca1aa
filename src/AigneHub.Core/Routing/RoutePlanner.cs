using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>A plan, or the error that the caller is told: exactly one of them.</summary>
public readonly record struct RouteResult(RoutePlan? Plan, HubError? Error);

/// <summary>
/// Finds where a call can be answered. Pure: the same snapshot and name give the same answer.
/// <list type="bullet">
/// <item><c>provider/model</c>: that provider alone. A model that the catalogue doesn't know is passed on, unpriced.</item>
/// <item>A bare name: every provider in force that the catalogue knows to serve it, by rank. A dated or <c>-latest</c>
/// form of a known name counts when the provider's match rules have it.</item>
/// <item>In <see cref="HubMode.Provider"/> mode only models with a price: nothing is sent that can't be charged.</item>
/// </list>
/// </summary>
public static class RoutePlanner
{
    public const int NameCharactersMax = 256;

    /// <param name="model">As the caller wrote it.</param>
    /// <param name="key">Whose allow-list bounds what an error suggests. It does not bound the plan.</param>
    public static RouteResult Plan(HubSnapshot snapshot, string model, KeyRecord? key = null)
    {
        if (snapshot.Plans.TryGet(model, out var known))
        {
            return new RouteResult(known, null);
        }

        if (string.IsNullOrWhiteSpace(model))
        {
            return Fail(400, "model_required", "Name a model in 'model', as provider/model.");
        }

        if (model.Length > NameCharactersMax)
        {
            return Fail(400, "model_name_too_long", $"A model name has at most {NameCharactersMax} characters.");
        }

        var result = Resolve(snapshot, model, key);
        if (result.Plan is { } plan)
        {
            snapshot.Plans.Add(model, plan);
        }

        return result;
    }

    private static RouteResult Resolve(HubSnapshot snapshot, string model, KeyRecord? key)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0)
        {
            var providerId = model[..slash];
            if (snapshot.FindProvider(providerId) is { } provider)
            {
                var name = model[(slash + 1)..];
                return name.Length == 0 || (provider.ServesListedModelsOnly && snapshot.RateCard.Models.Find(provider.Id, name) is null)
                    ? NotFound(snapshot, model, key)
                    : Explicit(snapshot, provider, name);
            }

            if (snapshot.FindKnownProvider(providerId) is { } unconfigured)
            {
                return Fail(503, "provider_not_configured", Blame.Hub,
                    $"The provider '{unconfigured.Id}' is not configured on this hub. {unconfigured.HowToConfigure}");
            }
        }

        return Bare(snapshot, model) ?? NotFound(snapshot, model, key);
    }

    private static RouteResult Explicit(HubSnapshot snapshot, ProviderEntry provider, string name)
    {
        var match = snapshot.RateCard.Models.Find(provider.Id, name);
        var target = new RouteTarget(provider, match?.UpstreamName ?? name, match?.Entry.Rates);
        return IsAllowed(snapshot, target) ? Ok([target]) : NotPriced($"{provider.Id}/{name}");
    }

    private static RouteResult? Bare(HubSnapshot snapshot, string name)
    {
        var models = snapshot.RateCard.Models;
        List<RouteTarget> targets = [];
        foreach (var provider in snapshot.Providers)
        {
            if (models.FindExact(provider.Id, name) is { } match)
            {
                targets.Add(new RouteTarget(provider, match.UpstreamName, match.Entry.Rates));
            }
        }

        if (targets.Count == 0)
        {
            foreach (var provider in snapshot.Providers)
            {
                if (FindVersion(models, provider.Id, name) is { } match)
                {
                    targets.Add(new RouteTarget(provider, match.UpstreamName, match.Entry.Rates));
                }
            }
        }

        if (targets.Count == 0)
        {
            return null;
        }

        targets.RemoveAll(target => !IsAllowed(snapshot, target));
        return targets.Count == 0 ? NotPriced(name) : Ok(targets);
    }

    /// <summary>
    /// A name that a rule matches and that is a known name plus a version, such as a snapshot newer than the catalogue.
    /// Rules alone are too wide: most slips of the pen begin like a model's name.
    /// </summary>
    private static ModelMatch? FindVersion(ModelIndex models, string provider, string name)
    {
        if (models.Find(provider, name) is not { } match)
        {
            return null;
        }

        for (var end = name.Length - 1; end > 0; end--)
        {
            if (name[end] is '-' or '@' && IsVersion(name.AsSpan(end + 1))
                && models.FindExact(provider, name.AsSpan(0, end)) is not null)
            {
                return match;
            }
        }

        return null;
    }

    private static bool IsVersion(ReadOnlySpan<char> suffix)
    {
        if (suffix.Length == 0 || suffix.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            return suffix.Length > 0;
        }

        foreach (var c in suffix)
        {
            if (!char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return char.IsAsciiDigit(suffix[0]);
    }

    private static bool IsAllowed(HubSnapshot snapshot, RouteTarget target) =>
        snapshot.Mode == HubMode.Enterprise || target.Rates is { Any: true };

    private static RouteResult Ok(IReadOnlyList<RouteTarget> targets) => new(new RoutePlan(targets), null);

    private static RouteResult NotPriced(string name) =>
        Fail(400, "model_not_priced", $"The model '{name}' has no price on this hub, so it can't be called.");

    private static RouteResult NotFound(HubSnapshot snapshot, string name, KeyRecord? key)
    {
        var close = CloseMatches.Find(snapshot.Models, name, key);
        var advice = close.Count > 0
            ? $"Did you mean {string.Join(" or ", close.Select(m => $"'{m}'"))}?"
            : "GET /v1/models lists the models; name one as provider/model.";
        return Fail(404, "model_not_found", $"No provider of this hub is known to serve the model '{name}'. {advice}");
    }

    private static RouteResult Fail(int status, string code, string message) => Fail(status, code, Blame.Caller, message);

    private static RouteResult Fail(int status, string code, Blame blame, string message) =>
        new(null, new HubError(status, code, blame, message, "model"));
}
