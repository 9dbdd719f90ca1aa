using AigneHub.Core.Keys;

namespace AigneHub.Core.Notices;

/// <summary>
/// Notices at rest. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface INoticeStore
{
    /// <summary>False when it is kept already; nothing is written then.</summary>
    Task<bool> AddAsync(NoticeRecord notice, CancellationToken cancellationToken);

    Task<Versioned<NoticeRecord>?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<NoticeRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>Those whose <see cref="NoticeRecord.NextAt"/> has come.</summary>
    Task<IReadOnlyList<Versioned<NoticeRecord>>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    Task<bool> ReplaceAsync(NoticeRecord notice, string etag, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets those that nothing is to be done for, when nothing was done for <see cref="NoticeRecord.Age"/>; returns how many
    /// that were.
    /// </summary>
    Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
