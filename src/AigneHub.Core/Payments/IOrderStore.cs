using AigneHub.Core.Keys;

namespace AigneHub.Core.Payments;

/// <summary>An order that is to be looked at again.</summary>
public readonly record struct DueOrder(string Account, string Order);

/// <summary>
/// Orders at rest, never deleted. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IOrderStore
{
    /// <summary>False when the account has an order of this claim; nothing is written then.</summary>
    Task<bool> AddAsync(Order order, CancellationToken cancellationToken);

    Task<Versioned<Order>?> FindAsync(string account, string id, CancellationToken cancellationToken);

    Task<Versioned<Order>?> FindByClaimAsync(string account, string claim, CancellationToken cancellationToken);

    /// <summary>False when another version is stored. Account, id and claim never change.</summary>
    Task<bool> ReplaceAsync(Order order, string etag, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<Order>> ListAsync(string account, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>Looked at again at this time instead of any other; null: no more.</summary>
    Task ScheduleAsync(DueOrder order, DateTimeOffset? at, CancellationToken cancellationToken);

    /// <summary>Orders whose time has come, in no particular order.</summary>
    Task<IReadOnlyList<DueOrder>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
