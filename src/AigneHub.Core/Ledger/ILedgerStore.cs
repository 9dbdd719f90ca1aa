using AigneHub.Core.Keys;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>One call as kept in its account's purse.</summary>
/// <param name="Json">The event as it was sent.</param>
/// <param name="Cost">Nano; null when unpriced.</param>
/// <param name="Hash">SHA-256 of <paramref name="Json"/>, lower-case hex.</param>
/// <param name="Unit">The unit that brought it.</param>
public sealed record LedgerEvent(Guid Id, string Json, long? Cost, string Hash, string Unit);

/// <summary>A settled unit that is not folded yet.</summary>
/// <param name="Cost">Nano.</param>
/// <param name="Count">Events.</param>
/// <param name="Hour"><c>yyyyMMddHH</c>, UTC, of the events' ids.</param>
/// <param name="Sums">Only in the account's purse.</param>
/// <param name="Lease">What the purse had reserved for its events; null: they were not held back.</param>
public sealed record InboxRow(string Unit, long Cost, int Count, string Hour, UsageSums? Sums, string? Lease = null);

/// <summary>The folded usage of one hour.</summary>
/// <param name="Hour"><c>yyyyMMddHH</c>, UTC.</param>
public sealed record HourRow(string Hour, long Cost, long Count, UsageSums Sums);

/// <summary>The events of one hour, added up.</summary>
public readonly record struct HourCost(string Hour, long Cost, long Count);

/// <summary>A purse's state and the settled units that it does not hold yet.</summary>
/// <param name="State">Null before the first fold.</param>
/// <param name="CommittedAt">When the state was written, by the store's clock.</param>
/// <param name="Complete">No more inbox rows than these.</param>
/// <param name="ReadAt">When all of it was so, by the store's clock.</param>
public sealed record PurseView(
    Versioned<PurseState>? State, DateTimeOffset? CommittedAt, IReadOnlyList<InboxRow> Inbox, bool Complete, DateTimeOffset ReadAt);

/// <summary>One change of a purse, committed whole or not at all.</summary>
/// <param name="ETag">The version that was read; null inserts the state.</param>
/// <param name="Folded">Units whose inbox rows are deleted.</param>
/// <param name="Hours">Replaced as they are.</param>
public sealed record LedgerCommit(PurseState State, string? ETag, IReadOnlyList<string> Folded, IReadOnlyList<HourRow> Hours)
{
    /// <summary>Inserted: a number or id that exists is a conflict.</summary>
    public IReadOnlyList<Movement> Movements { get; init; } = [];

    /// <summary>Inserted.</summary>
    public BookedId? Booked { get; init; }

    /// <summary>Replaced as it is.</summary>
    public PaymentRow? Payment { get; init; }
}

public enum InsertResult
{
    Inserted,

    /// <summary>This unit was settled in this purse before; nothing was written.</summary>
    SettledBefore,

    /// <summary>An event of it is in the ledger already; nothing was written.</summary>
    EventExists,
}

public enum CommitResult
{
    Committed,

    /// <summary>Somebody else has written; nothing was written here.</summary>
    Conflict,

    /// <summary>More bytes than a transaction may have; nothing was written.</summary>
    TooLarge,
}

/// <summary>
/// The rows of purses: settlers only insert, folding only updates the state. Every method throws
/// <see cref="StorageUnavailableException"/> when storage does not answer; a write may have been done then.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Rows of one transaction.</summary>
    const int TransactionRowsMax = 100;

    /// <summary>One transaction: the mark of the unit, its inbox row and its events (none outside the account's purse).</summary>
    Task<InsertResult> InsertUnitAsync(
        PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken);

    Task<LedgerEvent?> FindEventAsync(PurseId purse, Guid eventId, CancellationToken cancellationToken);

    /// <summary>The state and the first inbox rows, read together.</summary>
    /// <param name="rowsMax">State and inbox rows together; above 1,000 they are no longer one snapshot.</param>
    Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken);

    Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken);

    Task<HourRow?> FindHourAsync(PurseId purse, string hour, CancellationToken cancellationToken);

    Task<BookedId?> FindBookedAsync(PurseId purse, OutsideId id, CancellationToken cancellationToken);

    Task<PaymentRow?> FindPaymentAsync(PurseId purse, string paymentId, CancellationToken cancellationToken);

    /// <summary>Movements newest first.</summary>
    /// <param name="before">Only those with a lower number; null = from the newest.</param>
    IAsyncEnumerable<Movement> ReadMovementsAsync(PurseId purse, long? before, CancellationToken cancellationToken);

    /// <summary>The hours from one to another (both included), newest first.</summary>
    /// <param name="details">Without them <see cref="HourRow.Sums"/> is empty and much less is read.</param>
    /// <param name="writtenSince">Only those written at this moment of the store's clock or later.</param>
    IAsyncEnumerable<HourRow> ReadHoursAsync(
        PurseId purse, HourSpan hours, bool details, DateTimeOffset? writtenSince, CancellationToken cancellationToken);

    /// <summary>What is booked of the purse's payments, in no particular order.</summary>
    IAsyncEnumerable<PaymentRow> ReadPaymentsAsync(PurseId purse, CancellationToken cancellationToken);

    /// <summary>Events newest first.</summary>
    /// <param name="from">Only this one and those whose ids sort behind it; null = down to the oldest.</param>
    /// <param name="before">Only those whose ids sort before this one; null = from the newest.</param>
    Task<IReadOnlyList<LedgerEvent>> ReadEventsAsync(
        PurseId purse, Guid? from, Guid? before, int limit, CancellationToken cancellationToken);

    /// <summary>One transaction of at most 100 events that were in the ledger before; nothing is charged.</summary>
    /// <returns><see cref="InsertResult.Inserted"/>, or <see cref="InsertResult.EventExists"/> and nothing was written.</returns>
    Task<InsertResult> InsertEventsAsync(PurseId purse, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken);

    /// <summary>Deletes at most 100 events; those that are gone already are no failure.</summary>
    Task DeleteEventsAsync(PurseId purse, IReadOnlyList<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Deletes the marks of units whose messages were made before a moment; returns how many that were.</summary>
    Task<int> DeleteSettledAsync(PurseId purse, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Sums the events of these hours (both included), newest first; hours without events are left out.</summary>
    IAsyncEnumerable<HourCost> SumEventsAsync(PurseId purse, HourSpan hours, CancellationToken cancellationToken);
}
