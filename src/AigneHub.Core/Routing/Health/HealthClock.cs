namespace AigneHub.Core.Routing.Health;

/// <summary>Steady time in ticks of 100 ns since this clock was made, and its way to the calendar.</summary>
internal sealed class HealthClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public long Now => time.GetElapsedTime(_origin).Ticks;

    public DateTimeOffset Utc(long at) => time.GetUtcNow() + TimeSpan.FromTicks(at - Now);

    public long At(DateTimeOffset utc) => Now + (utc - time.GetUtcNow()).Ticks;
}
