using System.Globalization;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;

namespace AigneHub.Storage.Archive;

/// <summary>
/// What is written beside a day's lines, in one step with them: <c>sha256</c> of the lines, and <c>hours</c> as
/// <c>HH:cost:count</c>, blank between: at most about 1 KiB of the 8 KiB that a blob may have.
/// </summary>
internal static class ArchivedDayMetadata
{
    private const string HashName = "sha256";
    private const string HoursName = "hours";

    public static Dictionary<string, string> Of(IEnumerable<HourCost> hours, string hash) => new()
    {
        [HashName] = hash,
        [HoursName] = string.Join(
            ' ', hours.Select(hour => string.Create(CultureInfo.InvariantCulture, $"{hour.Hour[^2..]}:{hour.Cost}:{hour.Count}"))),
    };

    /// <exception cref="ArchiveBrokenException">It is not what the hub writes.</exception>
    public static ArchivedDay Read(DateOnly day, IDictionary<string, string>? metadata, long bytes)
    {
        try
        {
            var date = day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            var hours = metadata![HoursName].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
            {
                var parts = text.Split(':');
                return new HourCost(date + parts[0], Number(parts[1]), Number(parts[2]));
            });
            return new ArchivedDay(day, [.. hours], metadata[HashName], bytes);
        }
        catch (Exception exception) when (exception is NullReferenceException or KeyNotFoundException or FormatException
            or IndexOutOfRangeException or OverflowException)
        {
            throw new ArchiveBrokenException($"The archived day {day:yyyy-MM-dd} was not written by the hub.", exception);
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
