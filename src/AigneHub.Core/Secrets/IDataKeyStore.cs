using AigneHub.Core.Configuration;

namespace AigneHub.Core.Secrets;

/// <summary>
/// The wrapped data keys, in one transaction domain with the configuration, so that no key is dropped while a credential
/// needs it. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IDataKeyStore
{
    /// <summary>Data keys kept at a time.</summary>
    const int KeysMax = 100;

    Task<DataKeyRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The one that new secrets are sealed with; null when there is none yet.</summary>
    Task<DataKeyRecord?> FindCurrentAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<DataKeyRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a key and makes it the current one: Done, Exists or TooMany.</summary>
    Task<WriteResult> AddAsync(DataKeyRecord key, CancellationToken cancellationToken);

    /// <summary>Done, NotFound, or InUse: it is the current one, or a credential is sealed with it.</summary>
    Task<WriteResult> DropAsync(string id, CancellationToken cancellationToken);
}
