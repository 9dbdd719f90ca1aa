namespace AigneHub.Core.Routing.Health;

/// <summary>A target's lanes, by tier, in one board's current epoch.</summary>
internal sealed class TargetLanes(HealthBoard board, int epoch, TargetState speed, CredentialPool pool, Lane[] lanes)
{
    public HealthBoard Board { get; } = board;
    public int Epoch { get; } = epoch;
    public TargetState Speed { get; } = speed;
    public Lane[] Lanes { get; } = lanes;

    /// <summary>A lane that may be called now and was not tried, entered; null when there is none.</summary>
    public Lane? Enter(long now, in TriedLanes tried, out Permits permits)
    {
        if (Lanes.Length > 1)
        {
            return pool.Enter(Lanes, now, in tried, out permits);
        }

        permits = Permits.None;
        return Lanes.Length == 1 && !tried.Contains(Lanes[0]) && Lanes[0].TryEnter(now, out permits) ? Lanes[0] : null;
    }
}
