using System.Runtime.CompilerServices;
using AigneHub.Core.Archive;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>
/// An account's events oldest first, although the tables give the newest first: in spans of time short enough to be turned
/// round in memory; archived days from the archive. What it holds does not grow with what is read.
/// </summary>
public sealed class EventHistory(ILedgerStore ledger, IArchive archive, TimeProvider time)
{
    /// <summary>Events of one read.</summary>
    private const int RowsMax = 1_000;

    /// <summary>Half of what a read gives, so that few spans must be read twice.</summary>
    private const int RowsWished = RowsMax / 2;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>From the archive what is there, the rest from the table; reads on as the caller takes events.</summary>
    /// <param name="hours">Hours with about as many events as they have, ascending; no others are read.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    /// <exception cref="ArchiveBrokenException">The archive is not what was written.</exception>
    public async IAsyncEnumerable<LedgerEvent> ReadAsync(
        PurseId purse, IEnumerable<HourCost> hours, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var young = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-ArchiveOptions.DaysMin);
        var inTable = new List<HourCost>();
        foreach (var day in hours.GroupBy(hour => ArchivedDay.DayOf(hour.Hour)))
        {
            // A day that is archived may still have rows in the table.
            if (day.Key >= young || await archive.FindAsync(purse, day.Key, cancellationToken) is not { } archived)
            {
                inTable.AddRange(day);
                continue;
            }

            await foreach (var row in ReadTableAsync(purse, inTable, cancellationToken))
            {
                yield return row;
            }

            inTable.Clear();
            var wanted = day.Select(hour => hour.Hour).ToHashSet(StringComparer.Ordinal);
            await foreach (var row in archive.ReadAsync(purse, archived, cancellationToken))
            {
                if (wanted.Contains(HubIds.HourOf(row.Id)))
                {
                    yield return row;
                }
            }
        }

        await foreach (var row in ReadTableAsync(purse, inTable, cancellationToken))
        {
            yield return row;
        }
    }

    /// <summary>What is in the table, archived or not.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async IAsyncEnumerable<LedgerEvent> ReadTableAsync(
        PurseId purse, IEnumerable<HourCost> hours, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var planned in Plan(hours))
        {
            var waiting = new Stack<Span>([planned]);
            while (waiting.TryPop(out var span))
            {
                var rows = await ledger.ReadEventsAsync(
                    purse, HubIds.FirstAt(span.From), HubIds.FirstAt(span.To), RowsMax, cancellationToken);
                if (rows.Count == RowsMax && span.To - span.From > Tick)
                {
                    waiting.Push(span with { From = span.Middle });
                    waiting.Push(span with { To = span.Middle });
                    continue;
                }

                var all = rows.Count < RowsMax ? rows : await RestAsync(purse, span, rows, cancellationToken);
                for (var i = all.Count - 1; i >= 0; i--)
                {
                    yield return all[i];
                }
            }
        }
    }

    /// <summary>All events of one millisecond.</summary>
    private async Task<IReadOnlyList<LedgerEvent>> RestAsync(
        PurseId purse, Span span, IReadOnlyList<LedgerEvent> first, CancellationToken cancellationToken)
    {
        var all = first.ToList();
        for (var page = first; page.Count == RowsMax;)
        {
            page = await ledger.ReadEventsAsync(purse, HubIds.FirstAt(span.From), page[^1].Id, RowsMax, cancellationToken);
            all.AddRange(page);
        }

        return all;
    }

    /// <summary>Several quiet hours together, a busy one in parts.</summary>
    private static IEnumerable<Span> Plan(IEnumerable<HourCost> hours)
    {
        var (open, count) = ((Span?)null, 0L);
        foreach (var hour in hours)
        {
            var start = HourSpan.StartOf(hour.Hour);
            if (open is { } span && count + hour.Count > RowsWished)
            {
                yield return span;
                (open, count) = (null, 0);
            }

            if (hour.Count <= RowsWished)
            {
                (open, count) = (new Span(open?.From ?? start, start.AddHours(1)), count + hour.Count);
                continue;
            }

            var parts = Math.Min(hour.Count / RowsWished + 1, (long)(TimeSpan.FromHours(1) / Tick));
            for (var part = 0L; part < parts; part++)
            {
                yield return new Span(start + Part(part, parts), start + Part(part + 1, parts));
            }
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    /// <summary>In whole milliseconds: ids know no shorter time.</summary>
    private static TimeSpan Part(long part, long parts) =>
        Tick * ((long)TimeSpan.FromHours(1).TotalMilliseconds * part / parts);

    private readonly record struct Span(DateTimeOffset From, DateTimeOffset To)
    {
        public DateTimeOffset Middle => From + Tick * (long)((To - From) / Tick / 2);
    }
}
