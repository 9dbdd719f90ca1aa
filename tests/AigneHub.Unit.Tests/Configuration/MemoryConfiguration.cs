using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>A stored configuration, and outages of it.</summary>
internal sealed class MemoryConfiguration : IConfigurationStore
{
    public MemoryConfiguration()
    {
        ProviderRecords = new(record => record.Id, null, Written);
        CredentialRecords = new(record => record.Id, record => record.Provider, Written);
        ModelRecords = new(record => record.FullName(), record => record.Provider, Written);
        AliasRecords = new(record => record.Alias.Name.ToLowerInvariant(), null, Written);
        RuleRecords = new(_ => PriceRulesRecord.Id, null, Written);
        OverrideRecords = new(record => record.Model.ToLowerInvariant(), null, Written);
        ProviderRecords.Deleted = id =>
        {
            CredentialRecords.RemoveOf(id);
            ModelRecords.RemoveOf(id);
        };
    }

    public StoredConfiguration Stored { get; set; } = StoredConfiguration.Empty;

    public Exception? Failure { get; set; }

    public int VersionReads { get; private set; }

    public int Reads { get; private set; }

    /// <summary>Before each write; may throw.</summary>
    public Action BeforeWrite { get; set; } = () => { };

    public int Writes { get; private set; }

    public MemoryRecords<ProviderRecord> ProviderRecords { get; }

    public MemoryRecords<CredentialRecord> CredentialRecords { get; }

    public MemoryRecords<ModelRecord> ModelRecords { get; }

    public MemoryRecords<AliasRecord> AliasRecords { get; }

    public MemoryRecords<PriceRulesRecord> RuleRecords { get; }

    public MemoryRecords<PriceOverrideRecord> OverrideRecords { get; }

    public IConfigurationRecords<ProviderRecord> Providers => ProviderRecords;

    public IConfigurationRecords<CredentialRecord> Credentials => CredentialRecords;

    public IPriceRecords<ModelRecord> Models => ModelRecords;

    public IConfigurationRecords<AliasRecord> Aliases => AliasRecords;

    public IPriceRecords<PriceRulesRecord> PriceRules => RuleRecords;

    public IPriceRecords<PriceOverrideRecord> PriceOverrides => OverrideRecords;

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
        return Failure is null ? Task.FromResult(VersionNow) : Task.FromException<string>(Failure);
    }

    public Task<StoredConfiguration> ReadAllAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return Failure is null ? Task.FromResult(Now()) : Task.FromException<StoredConfiguration>(Failure);
    }

    private string VersionNow => Writes == 0 ? Stored.Version : $"{Stored.Version}+{Writes}";

    /// <summary>What was put there to be read, and what was written.</summary>
    private StoredConfiguration Now() => Stored with
    {
        Version = VersionNow,
        Providers = [.. Stored.Providers, .. ProviderRecords.All],
        Credentials = [.. Stored.Credentials, .. CredentialRecords.All],
        Models = [.. Stored.Models, .. ModelRecords.All],
        Aliases = [.. Stored.Aliases, .. AliasRecords.All],
        Prices = Stored.Prices with
        {
            Rules = RuleRecords.All.FirstOrDefault() ?? Stored.Prices.Rules,
            Overrides = [.. Stored.Prices.Overrides, .. OverrideRecords.All],
        },
    };

    private void Written()
    {
        BeforeWrite();
        Writes++;
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
