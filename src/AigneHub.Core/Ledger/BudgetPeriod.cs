using System.Globalization;
using System.Text.Json.Serialization;

namespace AigneHub.Core.Ledger;

public enum PeriodLength
{
    Day,

    /// <summary>From Monday on (ISO 8601).</summary>
    Week,
    Month,
}

/// <summary>How much may be spent in how long.</summary>
/// <param name="Limit">Nano a period: up to a million whole units a day, ten million a week or month.</param>
/// <param name="Zone">IANA name of the time zone in which periods begin, e.g. <c>Europe/Berlin</c>.</param>
public sealed record Budget(long Limit, PeriodLength Length, string Zone)
{
    [JsonIgnore]
    public bool IsValid =>
        Enum.IsDefined(Length) && Limit >= 0 && Limit <= SyncCommand.AmountMax * (Length == PeriodLength.Day ? 1 : 10)
        && HasKnownZone;

    /// <summary>Whether this process knows the zone: another one may have newer data.</summary>
    [JsonIgnore]
    public bool HasKnownZone => TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _);
}

/// <summary>A budget's current period.</summary>
/// <param name="Start">UTC, included.</param>
/// <param name="End">UTC, excluded.</param>
/// <param name="SpentBefore">What the purse had spent when the period began, in nano.</param>
public sealed record BudgetPeriod(Budget Budget, DateTimeOffset Start, DateTimeOffset End, long SpentBefore)
{
    internal const string GrantSource = "period";

    /// <summary>The grant that the period gives; another period's has another id.</summary>
    public string GrantId => GrantSource + "|" + Start.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The period that holds this moment; by UTC where the zone is not known, so that the purse stays usable.</summary>
    public static BudgetPeriod At(Budget budget, DateTimeOffset now, long spentBefore)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(budget.Zone, out var known) ? known : TimeZoneInfo.Utc;
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var first = budget.Length switch
        {
            PeriodLength.Day => date,
            PeriodLength.Week => date.AddDays(-(((int)date.DayOfWeek + 6) % 7)),
            _ => new DateOnly(date.Year, date.Month, 1),
        };
        while (true)
        {
            var next = budget.Length switch
            {
                PeriodLength.Day => first.AddDays(1),
                PeriodLength.Week => first.AddDays(7),
                _ => first.AddMonths(1),
            };
            var end = StartOf(next, zone);
            if (now < end)
            {
                return new BudgetPeriod(budget, StartOf(first, zone), end, spentBefore);
            }

            // Clocks that were turned back over midnight show yesterday's date once more: the day has begun all the same.
            first = next;
        }
    }

    /// <summary>The first moment at which clocks in the zone show this date or, where they skip its midnight, a later time.</summary>
    private static DateTimeOffset StartOf(DateOnly date, TimeZoneInfo zone)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        // The zone's offsets a day before and after: between them lies at most one change.
        var before = zone.GetUtcOffset(new DateTimeOffset(midnight, TimeSpan.Zero).AddDays(-1));
        var after = zone.GetUtcOffset(new DateTimeOffset(midnight, TimeSpan.Zero).AddDays(1));
        var early = new DateTimeOffset(midnight, TimeSpan.Zero) - TimeSpan.FromTicks(Math.Max(before.Ticks, after.Ticks));
        return TimeZoneInfo.ConvertTime(early, zone).DateTime >= midnight
            ? early
            : new DateTimeOffset(midnight, TimeSpan.Zero) - TimeSpan.FromTicks(Math.Min(before.Ticks, after.Ticks));
    }
}
