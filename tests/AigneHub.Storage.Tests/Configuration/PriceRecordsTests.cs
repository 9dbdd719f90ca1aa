using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using static AigneHub.Storage.Tests.Configuration.ConfigurationSamples;

namespace AigneHub.Storage.Tests.Configuration;

/// <summary>Rules of prices, and their history in the same transaction.</summary>
[Collection(StorageCollections.Stores)]
public sealed class PriceRecordsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageOptions _options = azurite.NewOptions();
    private readonly HubIds _ids = new(TimeProvider.System);
    private ServiceProvider _hub = null!;

    private IConfigurationStore Store => _hub.GetRequiredService<IConfigurationStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync(_options);

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Write_OfEveryKind_IsReadBackWithItsHistoryNewestFirst()
    {
        var rules = new PriceRulesRecord
        {
            Margins = new Dictionary<string, long> { ["*"] = 200_000, ["openai/gpt-4o"] = -5 },
            CreditPrices = new Dictionary<string, long> { ["USD"] = 10_000_000 },
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        var own = new PriceOverrideRecord
        {
            Model = "openai/GPT-4o",
            Prices = new Dictionary<string, long> { ["input>200000"] = 7, ["input"] = 5 },
            CreatedAt = default,
            UpdatedAt = default,
        };
        var catalogue = new CatalogueRecord { Version = "0123", AsOf = "2026-11-23", UpdatedAt = default };
        await DoneAsync(Store.PriceRules.CreateAsync(rules, Change(PriceChangeKind.Rules, "1"), default));
        await DoneAsync(Store.PriceOverrides.CreateAsync(own, Change(PriceChangeKind.Override, "2"), default));
        await DoneAsync(Store.Catalogues.CreateAsync(catalogue, Change(PriceChangeKind.Catalogue, "3"), default));
        await DoneAsync(Store.Providers.CreateAsync(Provider("p"), default));
        await DoneAsync(Store.Models.CreateAsync(Model("p", "m"), Change(PriceChangeKind.Cost, "4"), default));

        var prices = (await Store.ReadAllAsync(default)).Prices;
        Assert.Equal(rules.Margins, prices.Rules!.Margins);
        Assert.Equal(rules.CreditPrices, prices.Rules.CreditPrices);
        Assert.Equal(RateLines.Of(own.Rates()), RateLines.Of(Assert.Single(prices.Overrides).Rates()));
        Assert.Equal(catalogue, prices.Catalogue);
        Assert.Equal(["input", "input>200000"], RateLines.Of(prices.ToRules().OverrideOf("openai/gpt-4o")).Keys);

        var first = await Store.ListPriceChangesAsync(3, null, default);
        var second = await Store.ListPriceChangesAsync(3, first.Continuation, default);
        Assert.Equal(["4", "3", "2", "1"], first.Items.Concat(second.Items).Select(change => change.Subject));
        Assert.Null(second.Continuation);
        Assert.Equal(new Dictionary<string, string> { ["input"] = "1" }, first.Items[0].Before);
        Assert.Equal("key_1", first.Items[0].Key);
    }

    [Fact]
    public async Task Write_ThatIsRefused_LeavesNoHistory()
    {
        var own = new PriceOverrideRecord
        {
            Model = "openai/m",
            Prices = new Dictionary<string, long> { ["input"] = 5 },
            CreatedAt = default,
            UpdatedAt = default,
        };
        var created = await DoneAsync(Store.PriceOverrides.CreateAsync(own, Change(PriceChangeKind.Override, "1"), default));
        Assert.Equal(
            [WriteStatus.Exists, WriteStatus.Changed, WriteStatus.Changed, WriteStatus.NotFound],
            [
                (await Store.PriceOverrides.CreateAsync(own with { Model = "OPENAI/m" }, Change(PriceChangeKind.Override, "2"), default)).Status,
                (await Store.PriceOverrides.UpdateAsync(own, "\"x\"", Change(PriceChangeKind.Override, "3"), default)).Status,
                (await Store.PriceOverrides.DeleteAsync("openai/m", "\"x\"", Change(PriceChangeKind.Override, "4"), default)).Status,
                (await Store.PriceOverrides.DeleteAsync("openai/n", null, Change(PriceChangeKind.Override, "5"), default)).Status,
            ]);
        await DoneAsync(Store.PriceOverrides.DeleteAsync("openai/m", created.ETag, Change(PriceChangeKind.Override, "6"), default));

        Assert.Equal(["6", "1"], (await Store.ListPriceChangesAsync(10, null, default)).Items.Select(change => change.Subject));
        Assert.Empty((await Store.ReadAllAsync(default)).Prices.Overrides);
    }

    /// <summary>Prices without one of their rules would be others than were asked for.</summary>
    [Fact]
    public async Task ReadAll_RulesOfALaterVersion_AreNotPassedOver()
    {
        await DoneAsync(Store.PriceRules.CreateAsync(new PriceRulesRecord { UpdatedAt = default }, default));
        var table = new TableClient(_options.ConnectionString, _options.TablePrefix + TableKeys.Configuration);
        var row = (await table.GetEntityAsync<TableEntity>(TableKeys.ConfigurationPartition, TableKeys.PriceRules(PriceRulesRecord.Id))).Value;
        row["Content"] = """{"margins":{"*":"20 %"}}""";
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);

        await Assert.ThrowsAsync<InvalidDataException>(() => Store.ReadAllAsync(default));
    }

    [Fact]
    public async Task Catalogue_Document_IsKeptByItsVersion()
    {
        var store = _hub.GetRequiredService<IRateCardStore>();
        var document = new byte[768 * 1024];
        new Random(1).NextBytes(document);
        await store.PutCatalogueAsync("v1", document, default);
        await store.PutCatalogueAsync("v1", document, default);

        Assert.Equal(document, await store.FindCatalogueAsync("v1", default));
        Assert.Null(await store.FindCatalogueAsync("v2", default));
        Assert.Null(await store.FindAsync("v1", default));
    }

    private PriceChange Change(PriceChangeKind kind, string subject) => new(
        _ids.New(), "key_1", "request", kind, subject, null, new Dictionary<string, string> { ["input"] = "1" },
        new Dictionary<string, string>());

    private static async Task<WriteResult> DoneAsync(Task<WriteResult> write)
    {
        var result = await write;
        Assert.True(result.IsDone, result.Message);
        return result;
    }
}
