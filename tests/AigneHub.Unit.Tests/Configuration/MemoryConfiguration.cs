using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>A stored configuration to be read, and an outage of it.</summary>
internal sealed class MemoryConfiguration : IConfigurationStore
{
    public StoredConfiguration Stored { get; set; } = StoredConfiguration.Empty;

    public Exception? Failure { get; set; }

    public int VersionReads { get; private set; }

    public int Reads { get; private set; }

    public IConfigurationRecords<ProviderRecord> Providers => throw new NotSupportedException();

    public IConfigurationRecords<CredentialRecord> Credentials => throw new NotSupportedException();

    public IPriceRecords<ModelRecord> Models => throw new NotSupportedException();

    public IConfigurationRecords<AliasRecord> Aliases => throw new NotSupportedException();

    public IPriceRecords<PriceRulesRecord> PriceRules => throw new NotSupportedException();

    public IPriceRecords<PriceOverrideRecord> PriceOverrides => throw new NotSupportedException();

    public IPriceRecords<CatalogueRecord> Catalogues => throw new NotSupportedException();

    public Task<Page<PriceChange>> ListPriceChangesAsync(int limit, string? continuation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
    public Dictionary<string, CreditPack> PackRecords { get; } = [];

    public Dictionary<string, Plan> PlanRecords { get; } = [];

    public IConfigurationRecords<CreditPack> Packs => new ReadOnly<CreditPack>(PackRecords);

    public IConfigurationRecords<Plan> Plans => new ReadOnly<Plan>(PlanRecords);

    public Task<string> ReadVersionAsync(CancellationToken cancellationToken)
    {
        VersionReads++;
        return Failure is null ? Task.FromResult(Stored.Version) : Task.FromException<string>(Failure);
    }

    public Task<StoredConfiguration> ReadAllAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return Failure is null ? Task.FromResult(Stored) : Task.FromException<StoredConfiguration>(Failure);
    }

    private sealed class ReadOnly<T>(Dictionary<string, T> records) : IConfigurationRecords<T>
    {
        public Task<Versioned<T>?> GetAsync(string id, CancellationToken cancellationToken) =>
            Task.FromResult(records.TryGetValue(id, out var record) ? new Versioned<T>(record, "") : null);

        public Task<Page<Versioned<T>>> ListAsync(
            string? provider, int limit, string? continuation, CancellationToken cancellationToken) =>
            Task.FromResult(new Page<Versioned<T>>([.. records.Values.Select(record => new Versioned<T>(record, ""))], null));

        public Task<WriteResult> CreateAsync(T record, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<WriteResult> UpdateAsync(T record, string etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<WriteResult> DeleteAsync(string id, string? etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
