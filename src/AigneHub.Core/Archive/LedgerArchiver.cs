using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Archive;

/// <summary>What became of a day.</summary>
/// <param name="Deleted">Rows that left the table.</param>
public sealed record DayArchived(PurseId Purse, DateOnly Day, long Calls, bool Written, long Deleted);

/// <param name="Held">Purses with restored days, which are left alone until then.</param>
/// <param name="Days">Days that are archived and have left the table.</param>
/// <param name="Marks">Marks of settled units that were deleted.</param>
/// <param name="Differing">Days of which nothing was deleted; each is an incident.</param>
/// <param name="Failed">Purses that could not be treated; the next night tries them again.</param>
public sealed record ArchiveSummary(int Purses, int Held, int Days, long Calls, long Marks, int Differing, int Failed);

/// <summary>
/// Moves the calls of old days from the tables into the archive: writes the day if its events make its hours, reads it back,
/// holds every row that is left in the table against it, and only then deletes those rows. Every step may be repeated,
/// interrupted anywhere and done by several instances at once. Hours, movements, outside ids and payments are never touched.
/// </summary>
public sealed class LedgerArchiver(
    ILedgerStore ledger, IPurseRegistry registry, IArchive archive, EventHistory history, IIncidents incidents,
    ArchiveOptions options, TimeProvider time)
{
    /// <summary>False: switched off, or no place to write to.</summary>
    public bool IsOn => options.DaysInTables > 0 && archive.IsAvailable;

    /// <summary>Walks over all purses once. One that fails is reported and does not stop the others.</summary>
    /// <param name="tell">Hears of each day.</param>
    public async Task<ArchiveSummary> ArchiveAllAsync(Action<DayArchived> tell, CancellationToken cancellationToken)
    {
        var sum = new ArchiveSummary(0, 0, 0, 0, 0, 0, 0);
        if (!IsOn)
        {
            return sum;
        }

        var now = time.GetUtcNow();
        var end = ArchivedDay.StartOf(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-options.DaysInTables));
        await foreach (var purse in registry.WalkAsync(cancellationToken))
        {
            sum = sum with { Purses = sum.Purses + 1 };
            if (purse.RestoredUntil > now)
            {
                sum = sum with { Held = sum.Held + 1 };
                continue;
            }

            try
            {
                sum = PurseNames.IsHome(purse.Id) ? await ArchiveAsync(purse.Id, end, sum, tell, cancellationToken) : sum;
                sum = sum with { Marks = sum.Marks + await ledger.DeleteSettledAsync(purse.Id, end, cancellationToken) };
            }
#pragma warning disable CA1031 // One broken purse must not keep the others in the tables.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                sum = sum with { Failed = sum.Failed + 1 };
                incidents.Report(new Incident(IncidentKind.ArchiveFailed, purse.Id, null, exception.Message));
            }
        }

        return sum;
    }

    /// <summary>From the newest day that is old enough to the oldest.</summary>
    private async Task<ArchiveSummary> ArchiveAsync(
        PurseId purse, DateTimeOffset end, ArchiveSummary sum, Action<DayArchived> tell, CancellationToken cancellationToken)
    {
        while (await ledger.ReadEventsAsync(purse, null, HubIds.FirstAt(end), 1, cancellationToken) is [var newest])
        {
            var day = DateOnly.FromDateTime(HubIds.TimeOf(newest.Id).UtcDateTime);
            end = ArchivedDay.StartOf(day);
            try
            {
                var archived = await ArchiveDayAsync(purse, day, cancellationToken);
                tell(archived);
                sum = sum with { Days = sum.Days + 1, Calls = sum.Calls + archived.Deleted };
            }
            catch (ArchiveBrokenException broken)
            {
                sum = sum with { Differing = sum.Differing + 1 };
                incidents.Report(new Incident(
                    IncidentKind.ArchiveDiffers, purse, HourSpan.Of(end)[..^2], broken.Message + " Nothing of the day was deleted."));
            }
        }

        return sum;
    }

    private async Task<DayArchived> ArchiveDayAsync(PurseId purse, DateOnly day, CancellationToken cancellationToken)
    {
        var span = HourSpan.Between(ArchivedDay.StartOf(day), ArchivedDay.StartOf(day.AddDays(1)));
        var hours = (await SettledHours.ReadAsync(ledger, purse, span, details: false, cancellationToken)).ByHour();
        var archived = await archive.FindAsync(purse, day, cancellationToken);
        var written = archived is null;
        archived ??= await WriteAsync(purse, day, hours, cancellationToken);
        if (!archived.Hours.SequenceEqual(hours))
        {
            throw new ArchiveBrokenException("The archived events don't make the ledger's hours.");
        }

        await CompareAsync(purse, archived, _ => Task.CompletedTask, cancellationToken);
        var deleted = 0L;
        await CompareAsync(
            purse, archived,
            async ids =>
            {
                await ledger.DeleteEventsAsync(purse, ids, cancellationToken);
                deleted += ids.Count;
            },
            cancellationToken);
        return new DayArchived(purse, day, archived.Count, written, deleted);
    }

    private async Task<ArchivedDay> WriteAsync(
        PurseId purse, DateOnly day, IReadOnlyList<HourCost> hours, CancellationToken cancellationToken)
    {
        var events = history.ReadTableAsync(purse, AllHours(day, hours), cancellationToken);
        if (await archive.WriteAsync(purse, day, hours, events, cancellationToken) == ArchiveWrite.Differs)
        {
            throw new ArchiveBrokenException("The day's events don't make the ledger's hours.");
        }

        return await archive.FindAsync(purse, day, cancellationToken)
            ?? throw new ArchiveBrokenException("The archived day is gone.");
    }

    /// <summary>Those without events too, so that no row is overlooked.</summary>
    private static IEnumerable<HourCost> AllHours(DateOnly day, IReadOnlyList<HourCost> hours) =>
        from hour in Enumerable.Range(0, 24).Select(i => HourSpan.Of(ArchivedDay.StartOf(day).AddHours(i)))
        select hours.FirstOrDefault(known => known.Hour == hour, new HourCost(hour, 0, 0));

    /// <summary>
    /// Holds every row of the table against the archive; rows that were deleted before are missing, which is no difference.
    /// </summary>
    /// <param name="same">Takes the ids of rows that are archived as they are, up to 100 at a time.</param>
    /// <exception cref="ArchiveBrokenException">A row differs or is not archived, or the archive is not what was written.</exception>
    private async Task CompareAsync(
        PurseId purse, ArchivedDay day, Func<IReadOnlyList<Guid>, Task> same, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>(ILedgerStore.TransactionRowsMax);
        await using var rows = history.ReadTableAsync(purse, AllHours(day.Day, day.Hours), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        var left = await rows.MoveNextAsync();
        await foreach (var archived in archive.ReadAsync(purse, day, cancellationToken))
        {
            if (!left || rows.Current.Id != archived.Id)
            {
                continue;
            }

            if (rows.Current != archived)
            {
                throw new ArchiveBrokenException($"Event {archived.Id:N} is archived with other content.");
            }

            ids.Add(archived.Id);
            left = await rows.MoveNextAsync();
            if (ids.Count == ILedgerStore.TransactionRowsMax)
            {
                await same(ids);
                ids.Clear();
            }
        }

        if (left)
        {
            throw new ArchiveBrokenException($"Event {rows.Current.Id:N} is not archived.");
        }

        if (ids.Count > 0)
        {
            await same(ids);
        }
    }
}
