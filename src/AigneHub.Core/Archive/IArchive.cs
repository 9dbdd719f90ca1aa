using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Archive;

/// <summary>
/// An account's calls of whole UTC days, each day written once and never changed. Every method throws
/// <see cref="StorageUnavailableException"/> when storage does not answer, and <see cref="ArchiveBrokenException"/> when what is
/// there is not what the hub writes.
/// </summary>
public interface IArchive
{
    /// <summary>Whether days can be written: false without an address for them. Then nothing is found, either.</summary>
    bool IsAvailable { get; }

    /// <summary>The archived days from one to another (both included), ascending.</summary>
    IAsyncEnumerable<ArchivedDay> ListAsync(PurseId purse, DateOnly from, DateOnly to, CancellationToken cancellationToken);

    /// <summary>Null when the day is not archived.</summary>
    Task<ArchivedDay?> FindAsync(PurseId purse, DateOnly day, CancellationToken cancellationToken);

    /// <summary>
    /// The day's events, oldest first, read as they are taken. Throws <see cref="ArchiveBrokenException"/> after the last one when
    /// they are not those that the day was written with.
    /// </summary>
    IAsyncEnumerable<LedgerEvent> ReadAsync(PurseId purse, ArchivedDay day, CancellationToken cancellationToken);

    /// <summary>Writes the day whole or not at all; repeated and at once with others.</summary>
    /// <param name="hours">What the events must make, ascending.</param>
    /// <param name="events">Oldest first.</param>
    Task<ArchiveWrite> WriteAsync(
        PurseId purse, DateOnly day, IReadOnlyList<HourCost> hours, IAsyncEnumerable<LedgerEvent> events,
        CancellationToken cancellationToken);
}

public enum ArchiveWrite
{
    Written,

    /// <summary>The day is there; nothing was written.</summary>
    Exists,

    /// <summary>The events don't make the hours; nothing was written.</summary>
    Differs,
}
