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

    public static HubError AllCooling(RoutePlan plan, TimeSpan retryAfter)
    {
        var name = plan.Alias?.Name ?? plan.Targets[0].FullName;
        return new HubError(
            503, "all_targets_cooling", Blame.Upstream,
            $"Every provider and credential for '{name}' is out of use for the moment, after rate limits, failures or refusals. "
            + "Retry later.",
            RetryAfter: retryAfter);
    }
}
