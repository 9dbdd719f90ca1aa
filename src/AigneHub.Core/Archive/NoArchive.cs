using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Archive;

/// <summary>Of a hub that has no place for an archive: nothing is ever there.</summary>
public sealed class NoArchive : IArchive
{
    public bool IsAvailable => false;

    public IAsyncEnumerable<ArchivedDay> ListAsync(PurseId purse, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<ArchivedDay>();

    public Task<ArchivedDay?> FindAsync(PurseId purse, DateOnly day, CancellationToken cancellationToken) =>
        Task.FromResult<ArchivedDay?>(null);

    public IAsyncEnumerable<LedgerEvent> ReadAsync(PurseId purse, ArchivedDay day, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("There is no archive.");

    public Task<ArchiveWrite> WriteAsync(
        PurseId purse, DateOnly day, IReadOnlyList<HourCost> hours, IAsyncEnumerable<LedgerEvent> events,
        CancellationToken cancellationToken) => throw new InvalidOperationException("There is no archive.");
}
