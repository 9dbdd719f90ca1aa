using AigneHub.Core.Accounts;

namespace AigneHub.Core.Keys;

/// <summary>A page of a listing; <see cref="Continuation"/> is null on the last one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Continuation);

/// <summary>A stored value with the version that an update must name.</summary>
public sealed record Versioned<T>(T Value, string ETag);

/// <summary>Hub keys at rest. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.</summary>
public interface IKeyStore
{
    /// <summary>
    /// The key with a secret of this SHA-256 (lower-case hex), revoked and expired ones included, and what is over of a rotated
    /// one; null when there is none.
    /// </summary>
    Task<KeyRecord?> FindByHashAsync(string hash, CancellationToken cancellationToken);

    Task<Versioned<KeyRecord>?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<Page<KeyRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>Newest first: all that are a member's own, or were made with a key.</summary>
    /// <param name="owner">A member's id or a key's.</param>
    Task<IReadOnlyList<KeyRecord>> ListOwnAsync(string owner, CancellationToken cancellationToken);

    /// <summary>All of an account, or that name a team or project, in no order; a project's by their labels in lower case.</summary>
    IAsyncEnumerable<KeyRecord> ListOfAsync(OwnerKind kind, string id, CancellationToken cancellationToken);

    /// <summary>The team of each key that names one, by the key's id; ten thousand keys are ten requests.</summary>
    Task<IReadOnlyDictionary<string, string>> TeamsAsync(CancellationToken cancellationToken);

    /// <summary>False when a key with this id or hash exists; nothing is written then.</summary>
    Task<bool> CreateAsync(KeyRecord key, CancellationToken cancellationToken);

    /// <summary>
    /// False when the stored version is another one. The hash, id, account, team, project, member and parent of a key never change.
    /// </summary>
    Task<bool> UpdateAsync(KeyRecord key, string etag, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a key with another <see cref="KeyRecord.CurrentHash"/>, which it can be found by from then on. False when the stored
    /// version is another one.
    /// </summary>
    Task<bool> RotateAsync(KeyRecord key, string etag, CancellationToken cancellationToken);

    /// <summary>
    /// Makes this the administrator's key of the settings. The one set before is deleted first, so that no interruption
    /// leaves two. False when it was set already; a revocation made meanwhile stays.
    /// </summary>
    Task<bool> SetAdministratorAsync(KeyRecord key, CancellationToken cancellationToken);

    /// <summary>Deletes the administrator's key of the settings, which name none any more. False when there was none.</summary>
    Task<bool> UnsetAdministratorAsync(CancellationToken cancellationToken);
}
