using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Archive;

/// <param name="Restored">Calls that were put back now.</param>
/// <param name="Present">Calls that were in the table already.</param>
/// <param name="Until">The archiver leaves the account alone until then.</param>
/// <param name="Next">Where to go on; null when the whole span is in the table.</param>
public sealed record RestoreReport(long Restored, long Present, DateTimeOffset Until, DateTimeOffset? Next);

/// <summary>
/// Puts archived calls back into the table, where listings find them. Only the calls: no mark, no sum, no money. The archive
/// keeps them, so that the archiver only has to delete them again.
/// </summary>
public sealed class ArchiveRestorer(
    ILedgerStore ledger, IPurseRegistry registry, IArchive archive, IIncidents incidents, TimeProvider time)
{
    /// <summary>After this long a restoration stops and says where to go on: a caller's connection lasts no longer.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    private const int TriesMax = 8;

    /// <param name="to">Not included.</param>
    /// <param name="keep">How long the archiver is to leave the account alone; never shortened.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer; what was put back stays.</exception>
    /// <exception cref="ArchiveBrokenException">The archive is not what was written, or a row has other content.</exception>
    public async Task<RestoreReport> RestoreAsync(
        PurseRecord purse, DateTimeOffset from, DateTimeOffset to, TimeSpan keep, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = purse.RestoredUntil > now + keep ? purse.RestoredUntil.Value : now + keep;
        await registry.KeepRestoredAsync(purse.Id, until, cancellationToken);

        var report = new RestoreReport(0, 0, until, null);
        var started = time.GetTimestamp();
        var (first, last) = (DateOnly.FromDateTime(from.UtcDateTime), DateOnly.FromDateTime(to.UtcDateTime.AddTicks(-1)));
        await foreach (var day in archive.ListAsync(purse.Id, first, last, cancellationToken))
        {
            var events = archive.ReadAsync(purse.Id, day, cancellationToken)
                .Where(row => row.Id >= HubIds.FirstAt(from) && row.Id < HubIds.FirstAt(to))
                .Chunk(ILedgerStore.TransactionRowsMax);
            await foreach (var some in events.WithCancellation(cancellationToken))
            {
                if (time.GetElapsedTime(started) > LongestRun)
                {
                    return report with { Next = HubIds.TimeOf(some[0].Id) };
                }

                var restored = await RestoreAsync(purse.Id, some, cancellationToken);
                report = report with
                {
                    Restored = report.Restored + restored,
                    Present = report.Present + some.Length - restored,
                };
            }
        }

        return report;
    }

    private async Task<int> RestoreAsync(PurseId purse, LedgerEvent[] events, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var missing = new List<LedgerEvent>(events.Length);
            var present = await PresentAsync(purse, events, cancellationToken);
            foreach (var archived in events)
            {
                if (!present.TryGetValue(archived.Id, out var row))
                {
                    missing.Add(archived);
                }
                else if (row != archived)
                {
                    var detail = $"Event {archived.Id:N} is archived with other content.";
                    incidents.Report(new Incident(IncidentKind.ArchiveDiffers, purse, archived.Id.ToString("N"), detail));
                    throw new ArchiveBrokenException(detail);
                }
            }

            // Somebody else may restore the same.
            if (missing.Count == 0 || await ledger.InsertEventsAsync(purse, missing, cancellationToken) == InsertResult.Inserted)
            {
                return missing.Count;
            }
        }

        throw new StorageUnavailableException("The restored calls change faster than they can be read.");
    }

    /// <summary>One read finds what is there of events that follow each other.</summary>
    private async Task<Dictionary<Guid, LedgerEvent>> PresentAsync(
        PurseId purse, LedgerEvent[] events, CancellationToken cancellationToken)
    {
        var last = events[^1].Id;
        var rows = await ledger.ReadEventsAsync(purse, events[0].Id, last, events.Length, cancellationToken);
        var present = rows.ToDictionary(row => row.Id);
        if (await ledger.FindEventAsync(purse, last, cancellationToken) is { } row)
        {
            present[last] = row;
        }

        return present;
    }
}
