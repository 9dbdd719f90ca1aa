using AigneHub.Core.Keys;

namespace AigneHub.Core.Audit;

/// <summary>
/// The audit log at rest: entries are added, and forgotten when they are old; there is no way to change one. Every method throws
/// <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IAuditStore
{
    /// <summary>Writes an intent, or an outcome, which hides its intent from then on. A repeat changes nothing.</summary>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Newest first. A page may hold less than <paramref name="limit"/>, or nothing, and still have a continuation: it ends, too,
    /// when many entries have been looked at.
    /// </summary>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<AuditEntry>> ListAsync(AuditQuery query, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>Deletes what was written before a moment; returns how many rows that were.</summary>
    Task<int> DeleteOldAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
