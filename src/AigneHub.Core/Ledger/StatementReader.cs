using System.Runtime.CompilerServices;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>
/// An account's statement, oldest first, read from storage as its lines are taken: in memory are the sums of the hours and a
/// page of lines. The listed calls are held against the hours' sums of before and after the reading, the movements against the
/// sums after the last one, so that a statement that lacks a line is never closed.
/// </summary>
public sealed class StatementReader(ILedgerStore ledger, EventHistory history, IIncidents incidents)
{
    private const int MovementsAtOnce = 1_000;

    /// <summary>An opening line, lines by time, a closing line.</summary>
    /// <exception cref="ArgumentException">The span is empty, too long, or not of whole hours.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    /// <exception cref="StatementDiffersException">Lines and sums contradict each other; an incident tells of it.</exception>
    public async IAsyncEnumerable<StatementLine> ReadAsync(
        string account, StatementQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.To <= query.From || query.To - query.From > StatementQuery.SpanMax
            || !HourSpan.IsWhole(query.From) || !HourSpan.IsWhole(query.To))
        {
            throw new ArgumentException("The span is empty, too long, or not of whole hours.", nameof(query));
        }

        var purse = PurseId.OfAccount(account);
        var before = await SettledHours.ReadAsync(
            ledger, purse, HourSpan.All with { To = query.Hours.To }, details: false, cancellationToken);
        var hours = before.ByHour();
        var spent = Sum(hours.Where(hour => !query.Hours.Contains(hour.Hour)));
        var movements = query.Content == StatementContent.Calls
            ? default
            : await BoundsAsync(purse, query, cancellationToken);
        HourCost[] used = [.. hours.Where(hour => query.Hours.Contains(hour.Hour))];

        var balance = checked(movements.Before.Credit - spent.Cost);
        yield return new StatementLine.Opening(query.From, balance);

        var (listed, moved, unpriced) = (default(HourCost), 0L, 0L);
        var lines = Merge(
            MovedAsync(purse, movements, cancellationToken),
            query.Content == StatementContent.Movements
                ? Days(used, query).ToAsyncEnumerable()
                : CalledAsync(purse, used, cancellationToken),
            cancellationToken);
        await foreach (var line in lines)
        {
            balance = checked(balance + line.Amount);
            switch (line)
            {
                case StatementLine.Called called:
                    listed = Add(listed, called.Line.Event.Cost ?? 0, 1);
                    unpriced += called.Line.Event.Cost is null ? 1 : 0;
                    break;
                case StatementLine.Used day:
                    listed = Add(listed, -day.Amount, day.Calls);
                    break;
                default:
                    moved++;
                    break;
            }

            yield return line with { Balance = balance };
        }

        await CheckAsync(purse, query, Sum(used), listed, cancellationToken);
        if (balance != checked(movements.Last.Credit - spent.Cost - listed.Cost))
        {
            throw Differs(purse, query, "The movements' amounts are not what their sums say.");
        }

        yield return new StatementLine.Closing(query.To, balance, moved, listed.Count, unpriced);
    }

    /// <summary>
    /// Usage comes while a statement is read, and is never taken away: what was listed is at least what was settled before and
    /// at most what is settled now.
    /// </summary>
    private async Task CheckAsync(
        PurseId purse, StatementQuery query, HourCost before, HourCost listed, CancellationToken cancellationToken)
    {
        var settled = await SettledHours.ReadAsync(ledger, purse, query.Hours, details: false, cancellationToken);
        var after = Sum(settled.ByHour());
        if (listed.Cost < before.Cost || listed.Cost > after.Cost || listed.Count < before.Count || listed.Count > after.Count)
        {
            throw Differs(
                purse, query, $"{listed.Count} calls of {listed.Cost} nano are listed; the hours say {after.Count} of {after.Cost}.");
        }
    }

    private StatementDiffersException Differs(PurseId purse, StatementQuery query, string detail)
    {
        incidents.Report(new Incident(IncidentKind.AuditDiffers, purse, $"{query.Hours.From}-{query.Hours.To}", "statement: " + detail));
        return new StatementDiffersException(detail);
    }

    /// <summary>
    /// The movements of a span are those behind the last one before it, up to the last one before its end: so that the spans of
    /// statements that follow each other share none and leave none out, although the store's clock may step back a little.
    /// </summary>
    private async Task<MovementSpan> BoundsAsync(PurseId purse, StatementQuery query, CancellationToken cancellationToken)
    {
        var span = default(MovementSpan);
        await foreach (var movement in ledger.ReadMovementsAsync(purse, null, cancellationToken))
        {
            if (movement.At < query.To && span.To == 0)
            {
                span = span with { To = movement.Seq, Last = movement.After };
            }

            if (movement.At < query.From)
            {
                return span with { From = movement.Seq, Before = movement.After };
            }
        }

        return span;
    }

    private async IAsyncEnumerable<StatementLine> MovedAsync(
        PurseId purse, MovementSpan span, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new List<Movement>();
        for (var from = span.From; from < span.To; from += page.Count)
        {
            page.Clear();
            var end = Math.Min(from + MovementsAtOnce, span.To);
            await foreach (var movement in ledger.ReadMovementsAsync(purse, end + 1, cancellationToken))
            {
                page.Add(movement);
                if (page.Count == end - from)
                {
                    break;
                }
            }

            if (page.Count == 0)
            {
                yield break; // The sums tell.
            }

            for (var i = page.Count - 1; i >= 0; i--)
            {
                var sums = default(MoneySums).Add(page[i].Kind, page[i].Amount);
                yield return new StatementLine.Moved(page[i], sums.Credit, 0);
            }
        }
    }

    private async IAsyncEnumerable<StatementLine> CalledAsync(
        PurseId purse, IEnumerable<HourCost> hours, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in history.ReadAsync(purse, hours, cancellationToken))
        {
            yield return new StatementLine.Called(LedgerReader.Line(row), -(row.Cost ?? 0), 0);
        }
    }

    private static IEnumerable<StatementLine> Days(IEnumerable<HourCost> hours, StatementQuery query)
    {
        foreach (var day in hours.GroupBy(hour => HourSpan.StartOf(hour.Hour).Date))
        {
            var end = new DateTimeOffset(day.Key, TimeSpan.Zero).AddDays(1);
            var sum = Sum(day);
            yield return new StatementLine.Used(
                (end < query.To ? end : query.To).AddMilliseconds(-1), sum.Count, -sum.Cost, 0);
        }
    }

    /// <summary>Both by time; of one moment the movements first, whose time is in whole seconds.</summary>
    private static async IAsyncEnumerable<StatementLine> Merge(
        IAsyncEnumerable<StatementLine> moved, IAsyncEnumerable<StatementLine> used,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var left = moved.GetAsyncEnumerator(cancellationToken);
        await using var right = used.GetAsyncEnumerator(cancellationToken);
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while (hasLeft || hasRight)
        {
            if (hasLeft && (!hasRight || left.Current.Time <= right.Current.Time))
            {
                yield return left.Current;
                hasLeft = await left.MoveNextAsync();
            }
            else
            {
                yield return right.Current;
                hasRight = await right.MoveNextAsync();
            }
        }
    }

    private static HourCost Sum(IEnumerable<HourCost> hours) =>
        hours.Aggregate(default(HourCost), (sum, hour) => Add(sum, hour.Cost, hour.Count));

    private static HourCost Add(HourCost sum, long cost, long count) =>
        checked(sum with { Cost = sum.Cost + cost, Count = sum.Count + count });

    /// <param name="From">The number of the last movement before the span; 0: none.</param>
    /// <param name="To">Of the last one in it or before it.</param>
    private readonly record struct MovementSpan(long From, long To, MoneySums Before, MoneySums Last);
}
