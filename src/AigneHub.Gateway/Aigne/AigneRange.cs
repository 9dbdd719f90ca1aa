using AigneHub.Core.Ledger;

namespace AigneHub.Gateway.Aigne;

/// <summary>A span of time with the caller's time zone, as the pages of AIGNE send it.</summary>
/// <param name="Offset">What is added to UTC.</param>
internal readonly record struct AigneRange(DateTimeOffset From, DateTimeOffset To, TimeSpan Offset)
{
    private const int DaysDefault = 30;
    private const int OffsetMinutesMax = 14 * 60;

    /// <summary>Hours for a day at most, else days.</summary>
    public string Granularity => To - From <= TimeSpan.FromDays(1) ? "hour" : "day";

    public static AigneRange Of(AigneQuery query, DateTimeOffset now)
    {
        var days = query.Number("timeRange", DaysDefault, 1, (int)UsageQuery.SpanMax.TotalDays);
        var to = query.Time("endTime", now);
        var from = query.Time("startTime", to.AddDays(-days));

        // JavaScript's: minutes that are added to the local time to make UTC.
        var offset = query.Number("timezoneOffset", 0, -OffsetMinutesMax, OffsetMinutesMax);
        if (to <= from || to - from > UsageQuery.SpanMax)
        {
            query.Refuse("startTime", $"'startTime' must lie before 'endTime', by {UsageQuery.SpanMax.TotalDays} days at most.");
        }

        return new AigneRange(from, to, TimeSpan.FromMinutes(-offset));
    }

    /// <summary>The begin of the hour or day, of the caller's time zone, that a UTC hour lies in.</summary>
    public DateTimeOffset BucketOf(DateTimeOffset hour)
    {
        var local = hour.ToOffset(TimeSpan.Zero) + Offset;
        return Granularity == "hour" ? hour : new DateTimeOffset(local.Date, TimeSpan.Zero) - Offset;
    }

    public string DateOf(DateTimeOffset hour) =>
        (hour.ToOffset(TimeSpan.Zero) + Offset).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
