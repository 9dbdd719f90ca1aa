using AigneHub.Core.Keys;

namespace AigneHub.Core.Usage;

public enum PoisonKind
{
    /// <summary>One event that could not be charged.</summary>
    Event,

    /// <summary>A unit whose message was given up by the queue.</summary>
    Unit,

    /// <summary>A message that is no usage message.</summary>
    Message,
}

public enum PoisonStatus
{
    Open,
    Requeued,
    Dropped,
}

/// <summary>Usage that could not be settled, kept until somebody decides; the row stays afterwards as the record of it.</summary>
public sealed record PoisonEntry
{
    /// <summary>The event's or unit's id, or a hash of the content; lower-case letters, digits and <c>-</c>.</summary>
    public required string Id { get; init; }

    public required PoisonKind Kind { get; init; }

    /// <summary>A code such as <c>too_old</c>, <c>cost_differs</c>, <c>malformed</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>For people: what exactly was wrong.</summary>
    public string? Detail { get; init; }

    /// <summary>The unit that brought it, if it was in one.</summary>
    public string? Unit { get; init; }

    /// <summary>The account's purse, if it is readable.</summary>
    public string? Home { get; init; }

    /// <summary>What a requeue sends: the JSON of a unit, or the whole text of a message.</summary>
    public required string Content { get; init; }

    public required DateTimeOffset AddedAt { get; init; }
    public PoisonStatus Status { get; init; }

    /// <summary>Who requeued or dropped it last.</summary>
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }
    public string? DropReason { get; init; }
}

/// <summary>The poison table. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.</summary>
public interface IPoisonStore
{
    /// <summary>False when an entry with this id is there; nothing is written then.</summary>
    Task<bool> AddAsync(PoisonEntry entry, CancellationToken cancellationToken);

    Task<Versioned<PoisonEntry>?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Newest ids first, whole messages last.</summary>
    /// <param name="status">Only these; null = all.</param>
    /// <exception cref="Ledger.InvalidContinuationException">Not a continuation of this listing.</exception>
    Task<Page<PoisonEntry>> ListAsync(PoisonStatus? status, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>False when the stored version is another one.</summary>
    Task<bool> UpdateAsync(PoisonEntry entry, string etag, CancellationToken cancellationToken);
}
