using AigneHub.Core.Archive;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>Two sums that must agree and don't.</summary>
/// <param name="Check"><c>state</c>: what was granted and spent, and what is left; <c>movements</c>, <c>granted</c>,
/// <c>reversed</c>, <c>expired</c>, <c>written_off</c>: the movements' number and sums, and the state's;
/// <c>movement_sums</c>: none, and movements whose sums are not those that the later ones began with;
/// <c>payments_granted</c>, <c>payments_reversed</c>: the movements of payments and what is booked of these; <c>hours</c>: the
/// hours' cost and spent; <c>events_cost</c>, <c>events_count</c>: an hour's events and its sums.</param>
/// <param name="Expected">What the finer rows make: nano, or events.</param>
/// <param name="Actual">What the sum says.</param>
public sealed record AuditFinding(string Check, string? Hour, long Expected, long Actual);

/// <param name="HoursChecked">Hours whose events were added up.</param>
public sealed record AuditReport(PurseId Purse, HourSpan Hours, int HoursChecked, IReadOnlyList<AuditFinding> Findings)
{
    public bool Agrees => Findings.Count == 0;
}

/// <summary>
/// Adds a purse up again from its finest rows: 1. the state's own equation, 2. the movements make what was granted, reversed,
/// expired and written off, and those of payments what is booked of these, 3. the hours make what was spent, 4. the events of
/// each hour make the hour and what its inbox holds. Reads only.
/// </summary>
public sealed class LedgerAuditor(ILedgerStore ledger, IArchive archive)
{
    private const int TriesMax = 3;

    /// <param name="hours">The hours of check 4. Of archived days, whose events have left the table, what the archive says of them.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<AuditReport> AuditAsync(PurseId purse, HourSpan hours, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var report = await AuditOnceAsync(purse, hours, cancellationToken);
            // A unit settled between two reads looks like a difference, but not three times.
            if (report.Agrees || tries == TriesMax)
            {
                return report;
            }
        }
    }

    private async Task<AuditReport> AuditOnceAsync(PurseId purse, HourSpan span, CancellationToken cancellationToken)
    {
        var settled = await SettledHours.ReadAsync(ledger, purse, HourSpan.All, details: false, cancellationToken);
        var state = settled.State?.Value;
        var findings = new List<AuditFinding>();
        if (state is not null)
        {
            var credit = checked(state.Granted + state.WrittenOff - state.Reversed - state.Expired);
            Compare(findings, "state", null, checked((long)(credit - state.Balance)), state.Spent);
            await CompareMovementsAsync(findings, purse, state, cancellationToken);
        }

        if (!PurseNames.IsHome(purse))
        {
            return new AuditReport(purse, span, 0, findings);
        }

        var folded = settled.Hours.Values.Aggregate(0L, (sum, row) => checked(sum + row.Cost));
        Compare(findings, "hours", null, folded, state?.Spent ?? 0);
        var sums = settled.ByHour().Where(row => span.Contains(row.Hour)).ToDictionary(row => row.Hour, StringComparer.Ordinal);
        var events = await ledger.SumEventsAsync(purse, span, cancellationToken)
            .ToDictionaryAsync(row => row.Hour, StringComparer.Ordinal, cancellationToken);
        string[] hours = [.. sums.Keys.Union(events.Keys).Order(StringComparer.Ordinal)];
        string[] differing = [.. hours.Where(hour => events.GetValueOrDefault(hour) != sums.GetValueOrDefault(hour))];
        await AddArchivedAsync(events, purse, differing, cancellationToken);
        foreach (var hour in differing)
        {
            Compare(findings, "events_cost", hour, events.GetValueOrDefault(hour).Cost, sums.GetValueOrDefault(hour).Cost);
            Compare(findings, "events_count", hour, events.GetValueOrDefault(hour).Count, sums.GetValueOrDefault(hour).Count);
        }

        return new AuditReport(purse, span, hours.Length, findings);
    }

    /// <summary>Replaces the sums of the table by those of the archive, where a day is archived.</summary>
    private async Task AddArchivedAsync(
        Dictionary<string, HourCost> events, PurseId purse, string[] hours, CancellationToken cancellationToken)
    {
        if (hours.Length == 0)
        {
            return;
        }

        var days = archive.ListAsync(purse, ArchivedDay.DayOf(hours[0]), ArchivedDay.DayOf(hours[^1]), cancellationToken);
        await foreach (var day in days)
        {
            foreach (var hour in hours.Where(hour => ArchivedDay.DayOf(hour) == day.Day))
            {
                events[hour] = day.Hours.FirstOrDefault(row => row.Hour == hour);
            }
        }
    }

    private async Task CompareMovementsAsync(
        List<AuditFinding> findings, PurseId purse, PurseState state, CancellationToken cancellationToken)
    {
        var (count, sums, differing, after) = (0L, default(MoneySums), 0L, MoneySums.Of(state));
        var ofPayments = default(MoneySums);
        // Those that came after the state was read are not in it.
        await foreach (var movement in ledger.ReadMovementsAsync(purse, state.MoneySeq + 1, cancellationToken))
        {
            (count, sums) = (count + 1, sums.Add(movement.Kind, movement.Amount));
            ofPayments = Payment.IsGrantId(movement.Id) ? ofPayments.Add(movement.Kind, movement.Amount) : ofPayments;
            differing += movement.After == after ? 0 : 1;
            after -= default(MoneySums).Add(movement.Kind, movement.Amount);
        }

        Compare(findings, "movements", null, count, state.MoneySeq);
        Compare(findings, "movement_sums", null, 0, differing);
        Compare(findings, "granted", null, sums.Granted, state.Granted);
        Compare(findings, "reversed", null, sums.Reversed, state.Reversed);
        Compare(findings, "expired", null, sums.Expired, state.Expired);
        Compare(findings, "written_off", null, sums.WrittenOff, state.WrittenOff);
        await ComparePaymentsAsync(findings, purse, ofPayments, cancellationToken);
    }

    private async Task ComparePaymentsAsync(
        List<AuditFinding> findings, PurseId purse, MoneySums moved, CancellationToken cancellationToken)
    {
        var (granted, reversed) = (0L, 0L);
        await foreach (var payment in ledger.ReadPaymentsAsync(purse, cancellationToken))
        {
            (granted, reversed) = checked((granted + payment.Granted, reversed + payment.Reversed));
        }

        Compare(findings, "payments_granted", null, moved.Granted, granted);
        Compare(findings, "payments_reversed", null, moved.Reversed, reversed);
    }

    private static void Compare(List<AuditFinding> findings, string check, string? hour, long expected, long actual)
    {
        if (expected != actual)
        {
            findings.Add(new AuditFinding(check, hour, expected, actual));
        }
    }
}
