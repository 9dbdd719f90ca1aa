namespace AigneHub.Core.Routing.Health;

/// <summary>Growing delays with jitter, so that instances don't come back in step.</summary>
internal static class Backoff
{
    private const int DoublingsMax = 20;
    private const double Jitter = 0.1;

    /// <summary>
    /// Ticks: <paramref name="first"/> doubled for each strike before, up to a tenth more at random, at most
    /// <paramref name="max"/>.
    /// </summary>
    public static long Ticks(TimeSpan first, TimeSpan max, int strikesBefore, Random random)
    {
        var delay = first.Ticks * Math.Pow(2, Math.Min(strikesBefore, DoublingsMax));
        return (long)Math.Min(max.Ticks, delay * (1 + Jitter * random.NextDouble()));
    }
}
