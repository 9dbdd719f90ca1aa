using AigneHub.Core.Pricing;

namespace AigneHub.Core.Routing;

/// <summary>Puts the targets of one tier in the order of the alias's policy.</summary>
internal static class TierOrder
{
    private const int StackTargetsMax = 32;
    private const int GuessedInputTokens = 1000;
    private const int GuessedOutputTokens = 500;
    private const long Unpriced = long.MaxValue;

    /// <summary>
    /// Draws without putting back, each time in proportion to the weights that are left; weights of 0 stay behind, in their
    /// order.
    /// </summary>
    public static void Shuffle(Span<AliasBranch> branches, Random random)
    {
        for (var next = 0; next < branches.Length - 1; next++)
        {
            var total = 0L;
            foreach (var branch in branches[next..])
            {
                total += branch.Target.Weight;
            }

            if (total == 0)
            {
                return;
            }

            var left = random.NextInt64(total);
            var drawn = next;
            while (left >= branches[drawn].Target.Weight)
            {
                left -= branches[drawn++].Target.Weight;
            }

            // The others keep their order.
            var branchDrawn = branches[drawn];
            branches[next..drawn].CopyTo(branches[(next + 1)..]);
            branches[next] = branchDrawn;
        }
    }

    /// <summary>By price or speed; equal ones keep their order. The other policies leave all as it is.</summary>
    public static void Sort(Span<RouteTarget> targets, RoutePolicy policy, in RouteRequest request)
    {
        if (targets.Length < 2 || policy is not (RoutePolicy.Cheapest or RoutePolicy.Fastest))
        {
            return;
        }

        Span<long> keys = targets.Length <= StackTargetsMax ? stackalloc long[targets.Length] : new long[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[i];
            var key = policy == RoutePolicy.Cheapest
                ? NanoOf(target, request.Facts)
                : MicrosecondsOf(target, request.FirstByteTimes);
            var place = i;
            for (; place > 0 && keys[place - 1] > key; place--)
            {
                keys[place] = keys[place - 1];
                targets[place] = targets[place - 1];
            }

            keys[place] = key;
            targets[place] = target;
        }
    }

    private static long NanoOf(RouteTarget target, IRequestFacts? facts)
    {
        if (target.Rates is not { Any: true } rates)
        {
            return Unpriced;
        }

        var units = default(UnitCounts);
        units[UnitKind.Input] = Math.Max(0, facts?.InputTokens ?? GuessedInputTokens);
        units[UnitKind.Output] = Math.Max(0, facts?.OutputTokens ?? GuessedOutputTokens);
        return Cost.Of(PriceLines.For(rates, in units)) ?? Unpriced;
    }

    /// <summary>What was never tried comes first: else it never would be.</summary>
    private static long MicrosecondsOf(RouteTarget target, IFirstByteTimes? times) =>
        times?.MillisecondsOf(target) is { } milliseconds ? (long)(milliseconds * 1000) : -1;
}
