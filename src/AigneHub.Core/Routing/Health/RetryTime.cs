namespace AigneHub.Core.Routing.Health;

/// <summary>When it is worth while to come again.</summary>
internal static class RetryTime
{
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>At least <see cref="Least"/>; null when a target can be called already.</summary>
    public static TimeSpan? Of(HealthBoard board, RoutePlan plan, long now)
    {
        var earliest = long.MaxValue;
        foreach (var target in plan.TargetSpan)
        {
            foreach (var lane in board.LanesOf(target).Lanes)
            {
                earliest = Math.Min(earliest, lane.FreeAt(now));
            }
        }

        return earliest <= now || earliest == long.MaxValue ? null : TimeSpan.FromTicks(Math.Max(earliest - now, Least.Ticks));
    }

    public static HubError AllCooling(HealthBoard board, RoutePlan plan, TimeSpan retryAfter, long now)
    {
        var name = plan.Alias?.Name ?? plan.Targets[0].FullName;
        return AllRefused(board, plan, now)
            ? new HubError(
                503, "all_targets_cooling", Blame.Hub,
                $"The providers of '{name}' refuse the hub's own credentials. An administrator must check their keys and accounts "
                + "(GET /api/admin/health/providers).",
                RetryAfter: retryAfter)
            : new HubError(
                503, "all_targets_cooling", Blame.Upstream,
                $"Every provider and credential for '{name}' is out of use for the moment, after rate limits, failures or refusals. "
                + "Retry later.",
                RetryAfter: retryAfter);
    }

    private static bool AllRefused(HealthBoard board, RoutePlan plan, long now)
    {
        foreach (var target in plan.TargetSpan)
        {
            foreach (var lane in board.LanesOf(target).Lanes)
            {
                if (!lane.IsRefused(now))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
