using System.Runtime.InteropServices;

namespace AigneHub.Core.Routing;

/// <summary>
/// What an alias offers to one API. Where neither conditions nor the policy ask for more, one plan serves every call; else
/// a call costs its plan and the array of its targets.
/// </summary>
internal sealed class AliasRoutes
{
    private readonly ModelAlias _alias;
    private readonly AliasBranch[] _branches;
    private readonly RouteTarget[] _fallbacks;
    private readonly int[] _allTierEnds;
    private readonly bool _conditional;
    private readonly RoutePlan? _fixed;

    /// <param name="branches">By tier, each with a target at least.</param>
    public AliasRoutes(ModelAlias alias, AliasBranch[] branches, RouteTarget[] fallbacks)
    {
        _alias = alias;
        _branches = branches;
        _fallbacks = fallbacks;
        _conditional = Array.Exists(branches, b => b.Target.When is not null);
        _allTierEnds = TierEnds(branches);
        RouteTarget[] all = [.. branches.SelectMany(b => b.Routes), .. fallbacks];
        var ordered = alias.Policy == RoutePolicy.Priority || _allTierEnds.Length == all.Length;
        _fixed = !IsEmpty && !_conditional && ordered ? new RoutePlan(all, _allTierEnds, alias) : null;
    }

    public bool IsEmpty => _branches.Length == 0 && _fallbacks.Length == 0;

    public RouteResult Plan(in RouteRequest request)
    {
        if (_fixed is not null)
        {
            return new RouteResult(_fixed, null);
        }

        var chosen = (AliasBranch[])_branches.Clone();
        var tierEnds = _allTierEnds;
        if (_conditional)
        {
            chosen = Choose(in request);
            if (chosen.Length == 0)
            {
                return new RouteResult(null, RouteErrors.NoTargetMatches(_alias.Name));
            }

            tierEnds = TierEnds(chosen);
        }

        return new RouteResult(new RoutePlan(Order(chosen, tierEnds, in request), tierEnds, _alias), null);
    }

    private AliasBranch[] Choose(in RouteRequest request)
    {
        List<AliasBranch> chosen = new(_branches.Length);
        foreach (var branch in _branches)
        {
            if (branch.Target.When is not { } condition || RouteConditions.Hold(condition, request.Facts, request.Key))
            {
                chosen.Add(branch);
            }
        }

        return [.. chosen];
    }

    private RouteTarget[] Order(AliasBranch[] branches, int[] tierEnds, in RouteRequest request)
    {
        var targets = new RouteTarget[tierEnds[^1]];
        var from = 0;
        var filled = 0;
        for (var to = 1; to <= branches.Length; to++)
        {
            if (to < branches.Length && branches[to].Target.Tier == branches[from].Target.Tier)
            {
                continue;
            }

            if (_alias.Policy == RoutePolicy.Weighted)
            {
                TierOrder.Shuffle(branches.AsSpan(from..to), request.Random ?? Random.Shared);
            }

            var start = filled;
            for (; from < to; from++)
            {
                branches[from].Routes.CopyTo(targets.AsSpan(filled));
                filled += branches[from].Routes.Length;
            }

            TierOrder.Sort(targets.AsSpan(start..filled), _alias.Policy, in request);
        }

        _fallbacks.CopyTo(targets.AsSpan(filled));
        return targets;
    }

    private int[] TierEnds(ReadOnlySpan<AliasBranch> branches)
    {
        List<int> ends = [];
        var end = 0;
        for (var i = 0; i < branches.Length; i++)
        {
            var sameTier = i > 0 && branches[i].Target.Tier == branches[i - 1].Target.Tier;
            end += branches[i].Routes.Length;
            if (sameTier)
            {
                CollectionsMarshal.AsSpan(ends)[^1] = end;
            }
            else
            {
                ends.Add(end);
            }
        }

        for (var i = 0; i < _fallbacks.Length; i++)
        {
            ends.Add(++end);
        }

        return [.. ends];
    }
}
