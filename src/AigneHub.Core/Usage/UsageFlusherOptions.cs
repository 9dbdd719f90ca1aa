namespace AigneHub.Core.Usage;

/// <summary>How usage leaves an instance.</summary>
public sealed class UsageFlusherOptions
{
    /// <summary>Milliseconds between two flushes: what a killed instance can lose. An event after a pause is sent at once.</summary>
    public int IntervalMilliseconds { get; set; } = 250;

    /// <summary>Bytes waiting (estimated) that are flushed before the interval is over.</summary>
    public int FlushBytes { get; set; } = 40 * 1024;

    /// <summary>Events not yet sent at which new calls are refused. About 1 KB of memory each.</summary>
    public int BacklogEventsMax { get; set; } = 20_000;

    /// <summary>Milliseconds before the first repeat of a failed send; doubled for each further one.</summary>
    public int BackOffMilliseconds { get; set; } = 250;

    /// <summary>The longest pause between two repeats, in milliseconds.</summary>
    public int BackOffMillisecondsMax { get; set; } = 5_000;
}
