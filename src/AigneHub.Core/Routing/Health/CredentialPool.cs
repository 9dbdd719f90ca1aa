namespace AigneHub.Core.Routing.Health;

/// <summary>
/// Shares a provider's calls among its credentials: of the lowest tier with a usable one, by nginx's smooth weighted round
/// robin (https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1): each candidate's current weight
/// grows by its weight, the largest is picked and falls by the sum of the candidates' weights. Thread-safe.
/// </summary>
internal sealed class CredentialPool
{
    private readonly Lock _lock = new();

    /// <param name="lanes">By tier.</param>
    public Lane? Enter(Lane[] lanes, long now, in TriedLanes tried, out Permits permits)
    {
        lock (_lock)
        {
            for (var start = 0; start < lanes.Length;)
            {
                var end = start;
                while (end < lanes.Length && lanes[end].Credential.Tier == lanes[start].Credential.Tier)
                {
                    end++;
                }

                // A lane can only be lost between look and entry to another call's probe: then it is no candidate any more.
                while (Pick(lanes.AsSpan(start..end), now, in tried) is { } lane)
                {
                    if (lane.TryEnter(now, out permits))
                    {
                        return lane;
                    }
                }

                start = end;
            }
        }

        permits = Permits.None;
        return null;
    }

    private static Lane? Pick(ReadOnlySpan<Lane> tier, long now, in TriedLanes tried)
    {
        Lane? best = null;
        var total = 0L;
        foreach (var lane in tier)
        {
            if (tried.Contains(lane) || lane.FreeAt(now) > now)
            {
                continue;
            }

            var weight = Math.Max(1, lane.Credential.Weight);
            total += weight;
            lane.Holder.CurrentWeight += weight;
            if (best is null || lane.Holder.CurrentWeight > best.Holder.CurrentWeight)
            {
                best = lane;
            }
        }

        if (best is not null)
        {
            best.Holder.CurrentWeight -= total;
        }

        return best;
    }
}
