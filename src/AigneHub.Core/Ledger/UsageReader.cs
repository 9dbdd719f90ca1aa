using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

public enum UsagePeriod
{
    Hour,

    /// <summary>UTC days.</summary>
    Day,

    /// <summary>UTC months.</summary>
    Month,
}

/// <summary>What to sum. The hours that begin before <paramref name="To"/>, from the one that holds <paramref name="From"/>.</summary>
public sealed record UsageQuery(
    DateTimeOffset From, DateTimeOffset To, UsagePeriod Period, bool ByModel = false, bool ByKey = false, bool ByProject = false)
{
    /// <summary>Rows that a report may have; one of more is refused.</summary>
    public const int RowsMax = 100_000;

    /// <summary>The longest span of one report.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromDays(366);
}

/// <param name="Start">When the hour, day or month begins, UTC.</param>
/// <param name="Model">Null when not asked for; likewise the others.</param>
public sealed record UsageRow(DateTimeOffset Start, string? Model, string? Key, string? Project, UsageTotals Totals);

/// <param name="Rows">Oldest first; periods without calls are left out.</param>
/// <param name="IsTooLong">It had more than <see cref="UsageQuery.RowsMax"/> rows: it is not all.</param>
public sealed record UsageReport(IReadOnlyList<UsageRow> Rows, UsageTotals Total, bool IsTooLong = false);

/// <summary>Sums of an account's usage, current as soon as it is settled.</summary>
public sealed class UsageReader(ILedgerStore ledger)
{
    /// <exception cref="ArgumentException">The span is empty or longer than <see cref="UsageQuery.SpanMax"/>.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<UsageReport> ReadAsync(string account, UsageQuery query, CancellationToken cancellationToken)
    {
        if (query.To <= query.From || query.To - query.From > UsageQuery.SpanMax)
        {
            throw new ArgumentException("The span is empty or too long.", nameof(query));
        }

        var settled = await SettledHours.ReadAsync(
            ledger, PurseId.OfAccount(account), HourSpan.Between(query.From, query.To), details: true, cancellationToken);
        var rows = new Dictionary<(DateTimeOffset, string?, string?, string?), UsageTotals>();
        var total = new UsageTotals();
        var parts = settled.Hours.Values.Select(row => (row.Hour, row.Sums)).Concat(settled.Inbox.Select(row => (row.Hour, row.Sums!)));
        foreach (var (hour, sums) in parts)
        {
            Add(hour, sums);
            if (rows.Count > UsageQuery.RowsMax)
            {
                return new UsageReport([], total, IsTooLong: true);
            }
        }

        return new UsageReport(
            [
                .. rows.OrderBy(row => row.Key.Item1).ThenBy(row => row.Key.Item2, StringComparer.Ordinal)
                    .ThenBy(row => row.Key.Item3, StringComparer.Ordinal).ThenBy(row => row.Key.Item4, StringComparer.Ordinal)
                    .Select(row => new UsageRow(row.Key.Item1, row.Key.Item2, row.Key.Item3, row.Key.Item4, row.Value)),
            ],
            total);

        void Add(string hour, UsageSums sums)
        {
            var start = HourSpan.StartOf(hour);
            var period = query.Period switch
            {
                UsagePeriod.Hour => start,
                UsagePeriod.Day => start.AddHours(-start.Hour),
                _ => start.AddHours(-start.Hour).AddDays(1 - start.Day),
            };
            foreach (var (key, totals) in sums.ByKey)
            {
                var group = (period, query.ByModel ? key.Model : null, query.ByKey ? key.Key : null, query.ByProject ? key.Project : null);
                if (!rows.TryGetValue(group, out var sum))
                {
                    rows[group] = sum = new UsageTotals();
                }

                sum.Add(totals);
                total.Add(totals);
            }
        }
    }
}
