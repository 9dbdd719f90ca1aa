using AigneHub.Core.Keys;

namespace AigneHub.Core.Payments;

/// <summary>A payment that can't be booked as it was reported: kept until somebody has decided.</summary>
/// <param name="Subject">The provider's id of what was reported, e.g. <c>pi_…</c>: one incident a subject.</param>
/// <param name="Code">What is wrong, in snake case.</param>
/// <param name="Detail">For operators; holds no secret.</param>
public sealed record PaymentIncident(
    string Subject, string Code, string Detail, string? Account, string? Order, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
{
    /// <summary>Who has closed it; null while it is open.</summary>
    public string? ClosedBy { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Where they are kept. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.</summary>
public interface IPaymentIncidentStore
{
    Task<Versioned<PaymentIncident>?> FindAsync(string subject, CancellationToken cancellationToken);

    /// <summary>False when there is one of this subject.</summary>
    Task<bool> AddAsync(PaymentIncident incident, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    Task<bool> ReplaceAsync(PaymentIncident incident, string etag, CancellationToken cancellationToken);

    /// <summary>By subject.</summary>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<PaymentIncident>> ListAsync(bool openOnly, int limit, string? continuation, CancellationToken cancellationToken);
}
