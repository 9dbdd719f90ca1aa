namespace AigneHub.Core.Idempotency;

/// <summary>Remembers, for all instances, the calls that their clients have named.</summary>
public interface IIdempotentCalls
{
    /// <summary>Null when the call may begin; else the one that has its name.</summary>
    /// <exception cref="StorageUnavailableException">It is not known whether the call may begin.</exception>
    Task<IdempotentCall?> BeginAsync(IdempotentCall call, CancellationToken cancellationToken);

    /// <summary>Keeps a call that is done, unless its name is another call's by now; an answer that is too large is left out.</summary>
    Task CompleteAsync(IdempotentCall call, CancellationToken cancellationToken);

    /// <summary>Frees the name of a call that has cost nothing, unless it is another call's.</summary>
    Task AbandonAsync(IdempotentCall call, CancellationToken cancellationToken);

    /// <summary>Forgets what is older than <see cref="IdempotentCall.Age"/>; returns how many rows that were.</summary>
    Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
