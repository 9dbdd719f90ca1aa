using System.Globalization;

namespace AigneHub.Core.Ledger;

/// <summary>Whole UTC hours, both included, as <c>yyyyMMddHH</c>.</summary>
public readonly record struct HourSpan(string From, string To)
{
    private const string Format = "yyyyMMddHH";

    public static HourSpan All { get; } = new("0000000000", "9999999999");

    public bool IsEmpty => string.CompareOrdinal(From, To) > 0;

    /// <summary>The hours that begin before <paramref name="to"/>, from the one that holds <paramref name="from"/>.</summary>
    public static HourSpan Between(DateTimeOffset from, DateTimeOffset to) => new(Of(from), Of(to.AddTicks(-1)));

    public static string Of(DateTimeOffset moment) => moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>When the hour begins.</summary>
    public static DateTimeOffset StartOf(string hour) =>
        DateTimeOffset.ParseExact(hour, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Whether an hour begins at this moment.</summary>
    public static bool IsWhole(DateTimeOffset moment) => moment.UtcTicks % TimeSpan.TicksPerHour == 0;

    public bool Contains(string hour) => string.CompareOrdinal(From, hour) <= 0 && string.CompareOrdinal(hour, To) <= 0;
}
