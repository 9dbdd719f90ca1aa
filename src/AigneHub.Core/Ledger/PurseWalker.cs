using AigneHub.Core.Accounts;

namespace AigneHub.Core.Ledger;

/// <param name="Folded">Units that were left in inboxes.</param>
/// <param name="Repaired">Purses that were not what their owners' records say, and are now.</param>
/// <param name="Hours">Hours audited.</param>
/// <param name="Differing">Purses whose audit differs; each is an incident.</param>
/// <param name="Failed">Purses that could not be treated; the next walk tries them again.</param>
public sealed record WalkSummary(int Purses, int Folded, int Repaired, int Hours, int Differing, int Failed);

/// <summary>
/// The nightly walk over all purses: folds what crashes have left, brings purses to what their owners' records say, and audits each
/// hour once, when it is a day old.
/// </summary>
public sealed class PurseWalker(
    IPurseRegistry registry, PurseSync sync, OwnedPurses owned, LedgerAuditor auditor, IIncidents incidents, TimeProvider time)
{
    private static readonly TimeSpan AuditAge = TimeSpan.FromDays(1);

    /// <summary>Usage up to this much older than its purse's registration can be settled.</summary>
    private static readonly TimeSpan Lookback = Usage.UsageSettler.AgeMax + TimeSpan.FromDays(1);

    /// <summary>Walks once. A purse that fails is reported and does not stop the others.</summary>
    public async Task<WalkSummary> FoldAndAuditAllAsync(CancellationToken cancellationToken)
    {
        var (purses, folded, repaired, hours, differing, failed) = (0, 0, 0, 0, 0, 0);
        await foreach (var purse in registry.WalkAsync(cancellationToken))
        {
            purses++;
            try
            {
                var (units, state) = await FoldAsync(purse, cancellationToken);
                folded += units;
                repaired += await owned.RepairAsync(purse.Id, state, cancellationToken) ? 1 : 0;
                if (await AuditAsync(purse, cancellationToken) is { } report)
                {
                    hours += report.HoursChecked;
                    differing += report.Agrees ? 0 : 1;
                }
            }
#pragma warning disable CA1031 // One broken purse must not keep the others from being audited.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                failed++;
                incidents.Report(new Incident(IncidentKind.FoldFailed, purse.Id, null, exception.Message));
            }
        }

        return new WalkSummary(purses, folded, repaired, hours, differing, failed);
    }

    private async Task<(int Units, PurseState? State)> FoldAsync(PurseRecord purse, CancellationToken cancellationToken)
    {
        var folded = 0;
        SyncResult result;
        do
        {
            result = await sync.SyncAsync(purse.Id, SyncCommand.None.Instance, cancellationToken);
            folded += result.Folded;
        }
        while (result is { Outcome: SyncOutcome.Done, Complete: false });
        return (folded, result.State);
    }

    private async Task<AuditReport?> AuditAsync(PurseRecord purse, CancellationToken cancellationToken)
    {
        var from = purse.AuditedHour is { } last
            ? HourSpan.StartOf(last).AddHours(1)
            : purse.CreatedAt - Lookback;
        var span = HourSpan.Between(from, FloorToHour(time.GetUtcNow() - AuditAge));
        if (span.IsEmpty)
        {
            return null;
        }

        var report = await auditor.AuditAsync(purse.Id, span, cancellationToken);
        foreach (var finding in report.Findings)
        {
            incidents.Report(new Incident(
                IncidentKind.AuditDiffers, purse.Id, finding.Hour,
                $"{finding.Check}: expected {finding.Expected}, found {finding.Actual}."));
        }

        await registry.MarkAuditedAsync(purse.Id, span.To, cancellationToken);
        return report;
    }

    private static DateTimeOffset FloorToHour(DateTimeOffset moment) => HourSpan.StartOf(HourSpan.Of(moment));
}
