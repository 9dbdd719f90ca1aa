using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>A purse as registered: enough to make its state and to find it at night. What limits it is in its state.</summary>
/// <param name="Owner">Whose it is, e.g. the account's id.</param>
/// <param name="AuditedHour">The last hour (<c>yyyyMMddHH</c>) that the nightly walk has audited; null before the first time.</param>
/// <param name="RestoredUntil">Until then archived calls are back in the table, and the archiver leaves the purse alone.</param>
public sealed record PurseRecord(
    PurseId Id, LedgerUnit Unit, string Owner, DateTimeOffset CreatedAt, string? AuditedHour = null,
    DateTimeOffset? RestoredUntil = null);

/// <summary>Every purse there is. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.</summary>
public interface IPurseRegistry
{
    Task<PurseRecord?> FindAsync(PurseId purse, CancellationToken cancellationToken);

    /// <summary>False when the purse is registered already; nothing is written then.</summary>
    Task<bool> AddAsync(PurseRecord purse, CancellationToken cancellationToken);

    /// <summary>All purses, in no particular order; one that is added meanwhile may be missing.</summary>
    IAsyncEnumerable<PurseRecord> WalkAsync(CancellationToken cancellationToken);

    /// <summary>Remembers how far the purse's hours are audited; the other columns stay as they are.</summary>
    Task MarkAuditedAsync(PurseId purse, string hour, CancellationToken cancellationToken);

    /// <summary>Remembers until when the archiver leaves the purse alone; the other columns stay as they are.</summary>
    Task KeepRestoredAsync(PurseId purse, DateTimeOffset until, CancellationToken cancellationToken);
}
