using AigneHub.Core.Ledger;

namespace AigneHub.Core.Archive;

/// <summary>An archived day of an account, without its events.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Hours">Its events added up, ascending; hours without events are left out.</param>
/// <param name="Hash">SHA-256 of the uncompressed lines, lower-case hex.</param>
/// <param name="Bytes">Stored.</param>
public sealed record ArchivedDay(DateOnly Day, IReadOnlyList<HourCost> Hours, string Hash, long Bytes)
{
    public long Count => Hours.Sum(hour => hour.Count);

    /// <summary>Nano.</summary>
    public long Cost => Hours.Sum(hour => hour.Cost);

    /// <summary>The UTC day of an hour (<c>yyyyMMddHH</c>).</summary>
    public static DateOnly DayOf(string hour) => DateOnly.FromDateTime(HourSpan.StartOf(hour).UtcDateTime);

    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
