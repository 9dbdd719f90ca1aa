namespace AigneHub.Core.Leases;

/// <summary>A moment by both clocks: one may stand still while the machine sleeps, the other may be set back.</summary>
internal readonly record struct Moment(TimeSpan Elapsed, DateTimeOffset Wall)
{
    public static Moment operator +(Moment moment, TimeSpan span) => new(moment.Elapsed + span, moment.Wall + span);

    /// <summary>By both clocks.</summary>
    public bool IsBefore(Moment other) => Elapsed < other.Elapsed && Wall < other.Wall;
}

internal sealed class LeaseClock(TimeProvider time)
{
    private readonly long _origin = time.GetTimestamp();

    public Moment Now() => new(time.GetElapsedTime(_origin), time.GetUtcNow());
}
