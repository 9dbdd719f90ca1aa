namespace AigneHub.Core.Configuration;

/// <summary>Records that prices depend on: a write may carry its entry of the history, kept in the same transaction.</summary>
public interface IPriceRecords<T> : IConfigurationRecords<T>
{
    /// <inheritdoc cref="IConfigurationRecords{T}.CreateAsync"/>
    Task<WriteResult> CreateAsync(T record, PriceChange? change, CancellationToken cancellationToken);

    /// <inheritdoc cref="IConfigurationRecords{T}.UpdateAsync"/>
    Task<WriteResult> UpdateAsync(T record, string etag, PriceChange? change, CancellationToken cancellationToken);

    /// <inheritdoc cref="IConfigurationRecords{T}.DeleteAsync"/>
    Task<WriteResult> DeleteAsync(string id, string? etag, PriceChange? change, CancellationToken cancellationToken);
}
