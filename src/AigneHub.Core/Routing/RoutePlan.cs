using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>The targets of one call in the order in which they are to be tried: at least one. Immutable.</summary>
public sealed class RoutePlan
{
    private readonly RouteTarget[] _targets;
    private readonly int[] _tierEnds;

    /// <summary>A plan of a single tier.</summary>
    public RoutePlan(IReadOnlyList<RouteTarget> targets)
        : this([.. targets], [targets.Count], null)
    {
    }

    internal RoutePlan(RouteTarget[] targets, int[] tierEnds, ModelAlias? alias)
    {
        _targets = targets;
        _tierEnds = tierEnds;
        Alias = alias;
    }

    public IReadOnlyList<RouteTarget> Targets => _targets;

    /// <summary>For each tier the index after its last target, ascending; each fallback is a tier of its own.</summary>
    public IReadOnlyList<int> TierEnds => _tierEnds;

    /// <summary>The alias that was called; null for the name of a model.</summary>
    public ModelAlias? Alias { get; }

    /// <summary>Calls of one conversation should stay together: give the attempts an affinity key.</summary>
    public bool SessionAffinity => Alias is { SessionAffinity: true };

    internal ReadOnlySpan<RouteTarget> TargetSpan => _targets;

    internal ReadOnlySpan<int> TierEndSpan => _tierEnds;

    internal bool IsFastest => Alias is { Policy: RoutePolicy.Fastest };

    /// <summary>
    /// What a key may call of it: this plan itself when that is all, null when nothing. A key that may call the alias may
    /// call its targets; what its account has subscribed to likewise. What it is denied it can't reach by an alias either.
    /// </summary>
    public RoutePlan? AllowedFor(KeyRecord key)
    {
        var allowed = AllowedBy(key.Models);
        allowed = key.PlanModels is { } plan ? allowed?.AllowedBy(plan) : allowed;
        return key.ModelsDenied.Count == 0 ? allowed : allowed?.Without(key.ModelsDenied);
    }

    private RoutePlan? AllowedBy(IReadOnlyList<string> models) =>
        models.Count == 0 || (Alias is not null && ModelPatterns.Allow(models, Alias.Name)) ? this : NarrowedTo(models);

    private RoutePlan? NarrowedTo(IReadOnlyList<string> models) =>
        Array.TrueForAll(_targets, t => ModelPatterns.Allow(models, t.FullName))
            ? this
            : Narrowed(t => ModelPatterns.Allow(models, t.FullName));

    private RoutePlan? Without(IReadOnlyList<string> denied) => Alias is not null && ModelPatterns.Deny(denied, Alias.Name)
        ? null
        : Narrowed(t => !ModelPatterns.Deny(denied, t.FullName));

    /// <summary>What of it is with one provider, with one credential alone; null when nothing is.</summary>
    public RoutePlan? PinnedTo(string provider, string credential)
    {
        RouteTarget[] pinned =
        [
            .. _targets.Where(t => t.Provider.Id == provider)
                .Select(t => (Target: t, Credential: t.Provider.Credentials.FirstOrDefault(c => c.Id == credential)))
                .Where(p => p.Credential is not null)
                .Select(p => new RouteTarget(
                    p.Target.Provider with { Credentials = [p.Credential!] }, p.Target.UpstreamModel, p.Target.Rates,
                    p.Target.MaxOutput, p.Target.Title, p.Target.ContextWindow)
                { EntryId = p.Target.EntryId, LimitedBy = p.Target.LimitedBy }),
        ];
        return pinned.Length == 0 ? null : new RoutePlan(pinned, [pinned.Length], Alias);
    }

    private RoutePlan? Narrowed(Predicate<RouteTarget> isLeft)
    {
        List<RouteTarget> targets = [];
        List<int> tierEnds = [];
        var start = 0;
        foreach (var end in _tierEnds)
        {
            var before = targets.Count;
            targets.AddRange(_targets[start..end].Where(t => isLeft(t)));
            if (targets.Count > before)
            {
                tierEnds.Add(targets.Count);
            }

            start = end;
        }

        return targets.Count == 0 ? null : new RoutePlan([.. targets], [.. tierEnds], Alias);
    }
}
