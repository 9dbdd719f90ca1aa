using AigneHub.Core.Keys;
using AigneHub.Core.Payments;

namespace AigneHub.Core.Configuration;

/// <summary>
/// The run-time configuration. Every write changes the version in the same transaction; writes happen one after another
/// on all instances together. Every method throws <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IConfigurationStore
{
    /// <summary>By <see cref="ProviderRecord.Id"/>; at most 500. Deleting one deletes its credentials and models first.</summary>
    IConfigurationRecords<ProviderRecord> Providers { get; }

    /// <summary>By <see cref="CredentialRecord.Id"/>; at most 2,000.</summary>
    IConfigurationRecords<CredentialRecord> Credentials { get; }

    /// <summary>By <see cref="ModelRecord.FullName"/>; at most 5,000.</summary>
    IPriceRecords<ModelRecord> Models { get; }

    /// <summary>By name, without regard to case; at most 1,000.</summary>
    IConfigurationRecords<AliasRecord> Aliases { get; }

    /// <summary>By <see cref="PriceRulesRecord.Id"/>; one.</summary>
    IPriceRecords<PriceRulesRecord> PriceRules { get; }

    /// <summary>By <see cref="PriceOverrideRecord.Model"/>, without regard to case; at most 5,000.</summary>
    IPriceRecords<PriceOverrideRecord> PriceOverrides { get; }

    /// <summary>By <see cref="CatalogueRecord.Id"/>; one.</summary>
    IPriceRecords<CatalogueRecord> Catalogues { get; }

    /// <summary>The history of prices, newest first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<PriceChange>> ListPriceChangesAsync(int limit, string? continuation, CancellationToken cancellationToken);
    /// <summary>By id; at most 500.</summary>
    IConfigurationRecords<CreditPack> Packs { get; }

    /// <summary>By id; at most 500.</summary>
    IConfigurationRecords<Plan> Plans { get; }

    /// <summary>One point read; empty before the first write.</summary>
    Task<string> ReadVersionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Everything, as it stood at one moment. While writes don't cease for long enough, it may hold parts of later states,
    /// with a version that is no longer the stored one. Without the history of prices.
    /// </summary>
    /// <exception cref="InvalidDataException">Rules of prices are there that this version of the hub can't read.</exception>
    Task<StoredConfiguration> ReadAllAsync(CancellationToken cancellationToken);
}

/// <summary>The records of one kind. They are validated (<c>WhatIsWrong</c>) before they come here.</summary>
public interface IConfigurationRecords<T>
{
    /// <exception cref="InvalidDataException">It is there, but this version of the hub can't read it.</exception>
    Task<Versioned<T>?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>By row key: credentials oldest first, the others by name; those that can't be read are left out.</summary>
    /// <param name="provider">Only this provider's credentials or models; null = all.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <exception cref="Ledger.InvalidContinuationException">The continuation was not given out here.</exception>
    Task<Page<Versioned<T>>> ListAsync(string? provider, int limit, string? continuation, CancellationToken cancellationToken);

    /// <summary>Done, Exists, ProviderMissing, DataKeyMissing, TooMany or TooLarge.</summary>
    Task<WriteResult> CreateAsync(T record, CancellationToken cancellationToken);

    /// <summary>Done, NotFound, Changed, ProviderMissing, DataKeyMissing or TooLarge.</summary>
    /// <param name="etag">The version that is replaced.</param>
    Task<WriteResult> UpdateAsync(T record, string etag, CancellationToken cancellationToken);

    /// <summary>
    /// Done, NotFound or Changed. When the deletion of a provider is interrupted, the provider stays, with fewer credentials
    /// and models; a repeat deletes the rest.
    /// </summary>
    /// <param name="etag">The version that is deleted; null = any.</param>
    Task<WriteResult> DeleteAsync(string id, string? etag, CancellationToken cancellationToken);
}
