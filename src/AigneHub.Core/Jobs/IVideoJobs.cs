using AigneHub.Core.Keys;

namespace AigneHub.Core.Jobs;

/// <summary>
/// Videos that vendors make, over restarts and on all instances. Every method throws <see cref="StorageUnavailableException"/> when
/// storage does not answer.
/// </summary>
public interface IVideoJobs
{
    /// <summary>Nothing happens when it is there already.</summary>
    Task AddAsync(VideoJob job, CancellationToken cancellationToken);

    /// <summary>Null when the account has no such job; deleted ones are found.</summary>
    Task<Versioned<VideoJob>?> FindAsync(string account, Guid callId, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    Task<bool> ReplaceAsync(VideoJob job, string etag, CancellationToken cancellationToken);

    /// <summary>An account's jobs that are not deleted, newest first.</summary>
    /// <param name="after">Those that began before this one; null: from the newest on.</param>
    /// <param name="limit">How many at most.</param>
    Task<IReadOnlyList<VideoJob>> ListAsync(string account, Guid? after, int limit, CancellationToken cancellationToken);

    /// <summary>The jobs of all accounts that are open.</summary>
    IAsyncEnumerable<VideoJob> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The jobs of all accounts whose charge is due back.</summary>
    IAsyncEnumerable<Versioned<VideoJob>> RefundsDueAsync(CancellationToken cancellationToken);

    /// <summary>Forgets what is older than <see cref="VideoJob.Age"/>; returns how many that were.</summary>
    Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
