using System.Text.Json;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using Azure.Data.Tables;

namespace AigneHub.Storage.Configuration;

/// <summary>The run-time configuration in the table <c>config</c>.</summary>
internal sealed class TableConfigurationStore(ConfigurationTable table) : IConfigurationStore
{
    private const int PageRowsMax = 1_000;
    private const int ReadsMax = 3;
    private static readonly string[] VersionColumns = [ConfigurationRows.Version];

    private readonly TableProviders _providers = new(table);
    private readonly TableRecords<CredentialRecord> _credentials = new(table, RecordKinds.Credentials);
    private readonly TablePriceRecords<ModelRecord> _models = new(table, RecordKinds.Models);
    private readonly TableRecords<AliasRecord> _aliases = new(table, RecordKinds.Aliases);
    private readonly TablePriceRecords<PriceRulesRecord> _rules = new(table, RecordKinds.PriceRules);
    private readonly TablePriceRecords<PriceOverrideRecord> _overrides = new(table, RecordKinds.PriceOverrides);
    private readonly TablePriceRecords<CatalogueRecord> _catalogues = new(table, RecordKinds.Catalogues);
    private readonly TableRecords<CreditPack> _packs = new(table, RecordKinds.Packs);
    private readonly TableRecords<Plan> _plans = new(table, RecordKinds.Plans);

    public IConfigurationRecords<ProviderRecord> Providers => _providers;

    public IConfigurationRecords<CredentialRecord> Credentials => _credentials;

    public IPriceRecords<ModelRecord> Models => _models;

    public IConfigurationRecords<AliasRecord> Aliases => _aliases;

    public IPriceRecords<PriceRulesRecord> PriceRules => _rules;

    public IPriceRecords<PriceOverrideRecord> PriceOverrides => _overrides;

    public IPriceRecords<CatalogueRecord> Catalogues => _catalogues;

    public async Task<Page<PriceChange>> ListPriceChangesAsync(int limit, string? continuation, CancellationToken cancellationToken)
    {
        var (rows, next) = await table.Table.PageAsync(
            TableKeys.ConfigurationPartition, ConfigurationTable.Under(TableKeys.PriceChangePrefix), limit, continuation,
            cancellationToken);
        return new Page<PriceChange>([.. rows.Select(ReadChange)], next);
    }
    public IConfigurationRecords<CreditPack> Packs => _packs;

    public IConfigurationRecords<Plan> Plans => _plans;

    public Task<string> ReadVersionAsync(CancellationToken cancellationToken) => StorageCall.RunAsync(
        async () =>
        {
            var head = await table.Table.GetEntityIfExistsAsync<TableEntity>(
                TableKeys.ConfigurationPartition, TableKeys.ConfigurationHead, VersionColumns, cancellationToken);
            return head.HasValue ? head.Value!.GetString(ConfigurationRows.Version) : "";
        },
        cancellationToken);

    public async Task<StoredConfiguration> ReadAllAsync(CancellationToken cancellationToken)
    {
        StoredConfiguration all;
        var reads = 0;
        do
        {
            all = await ReadOnceAsync(cancellationToken);
        }
        while (++reads < ReadsMax && all.Version != await ReadVersionAsync(cancellationToken));
        return all;
    }

    /// <summary>The head is the first row, so the version is not newer than any record.</summary>
    private async Task<StoredConfiguration> ReadOnceAsync(CancellationToken cancellationToken)
    {
        var version = "";
        var providers = new List<ProviderRecord>();
        var credentials = new List<CredentialRecord>();
        var models = new List<ModelRecord>();
        var aliases = new List<AliasRecord>();
        var rules = new List<PriceRulesRecord>();
        var overrides = new List<PriceOverrideRecord>();
        var catalogues = new List<CatalogueRecord>();
        var packs = new List<CreditPack>();
        var plans = new List<Plan>();
        var unreadable = new List<string>();
        var unreadableModels = new List<string>();
        var query = table.Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.ConfigurationPartition} and RowKey lt {TableKeys.PriceChangePrefix}"),
            PageRowsMax, cancellationToken: cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            if (row.RowKey == TableKeys.ConfigurationHead)
            {
                version = row.GetString(ConfigurationRows.Version);
                continue;
            }

            var read = row.RowKey[..2] switch
            {
                TableKeys.ProviderPrefix => AddTo(providers, _providers, row),
                TableKeys.CredentialPrefix => AddTo(credentials, _credentials, row),
                TableKeys.ModelPrefix => AddTo(models, _models, row),
                TableKeys.AliasPrefix => AddTo(aliases, _aliases, row),
                TableKeys.PriceRulesPrefix => AddOrThrow(rules, _rules, row),
                TableKeys.PriceOverridePrefix => AddOrThrow(overrides, _overrides, row),
                TableKeys.CataloguePrefix => AddOrThrow(catalogues, _catalogues, row),
                TableKeys.PackPrefix => AddTo(packs, _packs, row),
                TableKeys.PlanPrefix => AddTo(plans, _plans, row),
                _ => true,
            };
            if (!read)
            {
                unreadable.Add(row.RowKey);
                if (row.RowKey.StartsWith(TableKeys.ModelPrefix, StringComparison.Ordinal))
                {
                    unreadableModels.Add(TableKeys.NameOfModel(row.RowKey) ?? throw Unreadable(row));
                }
            }
        }

        return new StoredConfiguration(version, providers, credentials, models, aliases, unreadable)
        {
            Prices = new StoredPrices(rules.SingleOrDefault(), overrides, catalogues.SingleOrDefault()),
            UnreadableModels = unreadableModels,
            Packs = packs,
            Plans = plans,
        };
    }

    private static bool AddTo<T>(List<T> list, TableRecords<T> records, TableEntity row)
        where T : class
    {
        if (!records.TryRead(row, out var record))
        {
            return false;
        }

        list.Add(record);
        return true;
    }

    /// <summary>Without one of its rules a price would be another than was asked for: that is no price to sell at.</summary>
    private static bool AddOrThrow<T>(List<T> list, TableRecords<T> records, TableEntity row)
        where T : class =>
        AddTo(list, records, row)
            ? true
            : throw Unreadable(row);

    private static InvalidDataException Unreadable(TableEntity row) =>
        new($"The row {row.RowKey} can't be read by this version of the hub.");

    private static PriceChange ReadChange(TableEntity row) => JsonSerializer.Deserialize(
        GzipColumns.Unpack(GzipColumns.Get(row, ConfigurationRows.Content)!), ConfigurationJson.TypeOf<PriceChange>())!;
}
