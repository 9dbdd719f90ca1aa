using AigneHub.Core.Keys;

namespace AigneHub.Core.Accounts;

/// <summary>
/// Accounts, teams and projects at rest. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IOwnerStore
{
    Task<Versioned<OwnerRecord>?> FindAsync(OwnerKind kind, string id, CancellationToken cancellationToken);

    /// <summary>By id.</summary>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<Versioned<OwnerRecord>>> ListAsync(OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>False when there is one with this id; nothing is written then.</summary>
    Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken);
}
