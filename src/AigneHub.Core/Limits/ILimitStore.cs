using AigneHub.Core.Keys;

namespace AigneHub.Core.Limits;

/// <param name="ReadAt">By the store's clock.</param>
public readonly record struct LimitView(Versioned<LimitUse>? Use, DateTimeOffset ReadAt);

/// <summary>
/// What the instances share of rate limits: a row for each subject. Every method throws
/// <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface ILimitStore
{
    Task<LimitView> ReadAsync(string subject, CancellationToken cancellationToken);

    /// <summary>False when another version is stored.</summary>
    /// <param name="etag">Null: there is no row yet.</param>
    Task<bool> TryWriteAsync(string subject, LimitUse use, string? etag, CancellationToken cancellationToken);

    /// <summary>Forgets subjects that were not used for <see cref="LimitUse.Age"/>; returns how many that were.</summary>
    Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
