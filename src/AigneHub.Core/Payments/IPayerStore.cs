using AigneHub.Core.Keys;

namespace AigneHub.Core.Payments;

/// <summary>Payers at rest. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.</summary>
public interface IPayerStore
{
    Task<Versioned<Payer>?> FindAsync(string account, CancellationToken cancellationToken);

    /// <summary>False when the account has one.</summary>
    Task<bool> AddAsync(Payer payer, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    Task<bool> ReplaceAsync(Payer payer, string etag, CancellationToken cancellationToken);

    /// <summary>The accounts whose automatic top-up is on.</summary>
    IAsyncEnumerable<string> WithTopUpAsync(CancellationToken cancellationToken);
}
