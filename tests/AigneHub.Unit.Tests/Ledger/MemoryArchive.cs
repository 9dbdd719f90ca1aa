using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AigneHub.Core;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>The archive in memory. Held to the same contract as the blobs.</summary>
internal sealed class MemoryArchive : IArchive
{
    private readonly ConcurrentDictionary<(PurseId, DateOnly), (ArchivedDay Day, LedgerEvent[] Events)> _days = new();

    public bool IsAvailable => true;

    public async IAsyncEnumerable<ArchivedDay> ListAsync(
        PurseId purse, DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var ((of, day), stored) in _days.OrderBy(pair => pair.Key.Item2))
        {
            if (of == purse && day >= from && day <= to)
            {
                yield return stored.Day;
            }
        }
    }

    public Task<ArchivedDay?> FindAsync(PurseId purse, DateOnly day, CancellationToken cancellationToken) =>
        Task.FromResult(_days.TryGetValue((purse, day), out var stored) ? stored.Day : null);

    public async IAsyncEnumerable<LedgerEvent> ReadAsync(
        PurseId purse, ArchivedDay day, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var stored = _days[(purse, day.Day)];
        foreach (var usage in stored.Events)
        {
            yield return usage;
        }

        if (stored.Events.Length != day.Count)
        {
            throw new ArchiveBrokenException("test");
        }
    }

    public async Task<ArchiveWrite> WriteAsync(
        PurseId purse, DateOnly day, IReadOnlyList<HourCost> hours, IAsyncEnumerable<LedgerEvent> events,
        CancellationToken cancellationToken)
    {
        var all = await events.ToArrayAsync(cancellationToken);
        HourCost[] made =
        [
            .. all.GroupBy(row => HubIds.HourOf(row.Id)).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new HourCost(group.Key, group.Sum(row => row.Cost ?? 0), group.Count())),
        ];
        return !made.SequenceEqual(hours) ? ArchiveWrite.Differs
            : _days.TryAdd((purse, day), (new ArchivedDay(day, made, "hash", all.Length), all)) ? ArchiveWrite.Written
            : ArchiveWrite.Exists;
    }

    /// <summary>Breaks a day, as no code of ours does.</summary>
    public void Tamper(PurseId purse, DateOnly day, Func<LedgerEvent[], LedgerEvent[]> change)
    {
        var stored = _days[(purse, day)];
        _days[(purse, day)] = stored with { Events = change(stored.Events) };
    }
}
