namespace AigneHub.Core.Limits;

/// <summary>
/// Storage's time between its answers, so that instances with clocks that differ agree about windows. It is at most a second late:
/// answers' dates have whole seconds.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    // Above the rounding of dates and the longest way of an answer, so that slow answers don't set the clock back.
    private static readonly long Tolerance = 3 * TimeSpan.TicksPerSecond;
    private readonly long _origin = time.GetTimestamp();
    private long _offset = time.GetUtcNow().UtcTicks;

    /// <summary>Since the start of the process, by a clock that nobody sets.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_origin);

    public DateTimeOffset At(TimeSpan elapsed) => new(Interlocked.Read(ref _offset) + elapsed.Ticks, TimeSpan.Zero);

    /// <summary>Storage has just answered with this date.</summary>
    public void Saw(DateTimeOffset date)
    {
        var offset = date.UtcTicks - Elapsed.Ticks;
        var known = Interlocked.Read(ref _offset);
        if (offset > known || offset < known - Tolerance)
        {
            Interlocked.Exchange(ref _offset, offset);
        }
    }
}
