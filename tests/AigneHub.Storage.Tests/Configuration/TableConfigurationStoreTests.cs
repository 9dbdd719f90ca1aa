using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;
using AigneHub.Core.Secrets;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using static AigneHub.Storage.Tests.Configuration.ConfigurationSamples;

namespace AigneHub.Storage.Tests.Configuration;

[Collection(StorageCollections.Stores)]
public sealed class TableConfigurationStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageOptions _options = azurite.NewOptions();
    private ServiceProvider _hub = null!;

    private IConfigurationStore Store => _hub.GetRequiredService<IConfigurationStore>();

    private IDataKeyStore DataKeys => _hub.GetRequiredService<IDataKeyStore>();

    private TableClient Table => new(_options.ConnectionString, _options.TablePrefix + TableKeys.Configuration);

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync(_options);

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Create_CredentialOfAProviderOfTheSettings_NeedsNoRow()
    {
        await using var second = new ServiceCollection().AddHubStorage(_options, "of-settings").BuildServiceProvider();
        var credentials = second.GetRequiredService<IConfigurationStore>().Credentials;

        Assert.Equal(WriteStatus.Done, (await credentials.CreateAsync(Credential("of-settings"), default)).Status);
        Assert.Equal(WriteStatus.ProviderMissing, (await credentials.CreateAsync(Credential("other"), default)).Status);
    }

    [Fact]
    public async Task Version_OfEveryWrite_IsNew_AndStaysWhenOneIsRefused()
    {
        var versions = new List<string> { await Store.ReadVersionAsync(default) };
        Assert.Equal("", versions[0]);
        await WritesAsync(Store.Providers, Provider("p"), "p");
        await WritesAsync(Store.Credentials, Credential("p"), null);
        await WritesAsync(Store.Models, Model("p", "m"), "p/m");
        await WritesAsync(Store.Aliases, Alias("l"), "l");
        await StepAsync(DataKeys.AddAsync(DataKey("dk_1"), default), WriteStatus.Done);
        await StepAsync(DataKeys.AddAsync(DataKey("dk_2"), default), WriteStatus.Done);
        await StepAsync(DataKeys.DropAsync("dk_2", default), WriteStatus.InUse);
        await StepAsync(DataKeys.DropAsync("dk_1", default), WriteStatus.Done);
        await StepAsync(DataKeys.DropAsync("dk_1", default), WriteStatus.NotFound);

        async Task WritesAsync<T>(IConfigurationRecords<T> records, T record, string? id)
        {
            id ??= ((CredentialRecord)(object)record!).Id;
            if (record is not (ProviderRecord or AliasRecord))
            {
                await StepAsync(records.CreateAsync(record, default), WriteStatus.ProviderMissing);
                await StepAsync(Store.Providers.CreateAsync(Provider("p"), default), WriteStatus.Done);
            }

            await StepAsync(records.UpdateAsync(record, "\"x\"", default), WriteStatus.NotFound);
            var created = await StepAsync(records.CreateAsync(record, default), WriteStatus.Done);
            await StepAsync(records.CreateAsync(record, default), WriteStatus.Exists);
            var updated = await StepAsync(records.UpdateAsync(record, created.ETag!, default), WriteStatus.Done);
            Assert.NotEqual(created.ETag, updated.ETag);
            Assert.Equal(updated.ETag, (await records.GetAsync(id, default))!.ETag);
            await StepAsync(records.UpdateAsync(record, created.ETag!, default), WriteStatus.Changed);
            await StepAsync(records.DeleteAsync(id, created.ETag, default), WriteStatus.Changed);
            await StepAsync(records.DeleteAsync(id, updated.ETag, default), WriteStatus.Done);
            await StepAsync(records.DeleteAsync(id, null, default), WriteStatus.NotFound);
            Assert.Null(await records.GetAsync(id, default));
            if (record is not (ProviderRecord or AliasRecord))
            {
                await StepAsync(Store.Providers.DeleteAsync("p", null, default), WriteStatus.Done);
            }
        }

        async Task<WriteResult> StepAsync(Task<WriteResult> write, WriteStatus status)
        {
            var result = await write;
            Assert.Equal(status, result.Status);
            Assert.Equal(status == WriteStatus.Done, result.Message is null);
            var version = await Store.ReadVersionAsync(default);
            Assert.Equal(status == WriteStatus.Done, !versions.Contains(version));
            versions.Add(version);
            return result;
        }
    }

    [Fact]
    public async Task ReadAll_EveryKind_ReadsBackWhatWasWritten()
    {
        var (provider, credential, model, alias) = (Provider("p"), Credential("p"), Model("p", "org/m"), Alias("Fast"));
        await DoneAsync(Store.Providers.CreateAsync(provider, default));
        await DoneAsync(Store.Credentials.CreateAsync(credential, default));
        await DoneAsync(Store.Models.CreateAsync(model, default));
        await DoneAsync(Store.Aliases.CreateAsync(alias, default));

        var all = await Store.ReadAllAsync(default);
        Assert.Equal(await Store.ReadVersionAsync(default), all.Version);
        Assert.Equivalent(provider, Assert.Single(all.Providers), strict: true);
        Assert.Equivalent(credential, Assert.Single(all.Credentials), strict: true);
        Assert.Equivalent(model, Assert.Single(all.Models), strict: true);
        Assert.Equivalent(alias, Assert.Single(all.Aliases), strict: true);
        Assert.Empty(all.Unreadable);
        Assert.NotNull(await Store.Aliases.GetAsync("FAST", default));
        Assert.Equal(WriteStatus.Exists, (await Store.Aliases.CreateAsync(Alias("fast"), default)).Status);
        Assert.Equivalent(model, (await Store.Models.GetAsync("p/org/m", default))!.Value, strict: true);
    }

    [Fact]
    public async Task ReadAll_RowsOfOtherVersionsOfTheHub_TakesDefaultsOrLeavesThemOut()
    {
        await DoneAsync(Store.Providers.CreateAsync(Provider("p"), default));
        const string times = """ "createdAt":"2026-11-23T12:00:00Z","updatedAt":"2026-11-23T12:00:00Z" """;
        await Table.AddEntityAsync(Row("p|old", $$"""{"id":"old","vendor":"openai",{{times}}}"""));
        await Table.AddEntityAsync(Row(
            "l|old", $$"""{"alias":{"name":"old","targets":[{"model":"m","when":{} }]},{{times}}}"""));
        await Table.AddEntityAsync(Row("l|broken", "{"));
        await Table.AddEntityAsync(Row("c|none", null));
        await Table.AddEntityAsync(Row(TableKeys.Model("p/Größe:1|a/b"), "{"));
        await Table.AddEntityAsync(Row(
            "c|later", $$"""{"id":"later","provider":"p","name":"n","kind":"Telepathy",{{times}}}"""));

        var all = await Store.ReadAllAsync(default);
        Assert.Equal(["c|later", "c|none", "l|broken"], all.Unreadable.Where(row => row[0] != 'm').Order());
        Assert.Equal(["p/Größe:1|a/b"], all.UnreadableModels);
        Assert.Empty((await Store.Credentials.ListAsync(null, 10, null, default)).Items);
        await Assert.ThrowsAsync<InvalidDataException>(() => Store.Credentials.GetAsync("later", default));
        Assert.Equal(["old", "p"], all.Providers.Select(provider => provider.Id));
        Assert.True(all.Providers[0].Enabled);
        Assert.Null(all.Providers[0].Rank);
        var alias = Assert.Single(all.Aliases).Alias;
        Assert.Empty(alias.Fallbacks);
        Assert.Equal(1, alias.Targets[0].Weight);
        Assert.Empty(alias.Targets[0].When!.Headers);

        await DoneAsync(Store.Credentials.DeleteAsync("later", null, default));
        Assert.Equal(["c|none", "l|broken"], (await Store.ReadAllAsync(default)).Unreadable.Where(row => row[0] != 'm').Order());

        static TableEntity Row(string row, string? content) => new(TableKeys.ConfigurationPartition, row) { ["Content"] = content };
    }

    [Fact]
    public async Task Models_WithOddNames_EachHaveARowOfTheirOwn()
    {
        string[] names =
        [
            "a", "A", "a/b", "a\\b", "a#b", "a?b", "a%2fb", "a~2fb", "a|b", "a'b", "a\"b", "a+b", "a&b", "ü/模型", "😀", "..", "~h",
            "a:b@c", new string('/', 256), new string('x', 255) + "1", new string('x', 255) + "2",
        ];
        await DoneAsync(Store.Providers.CreateAsync(Provider("p"), default));
        await DoneAsync(Store.Providers.CreateAsync(Provider("p-2"), default));
        await DoneAsync(Store.Models.CreateAsync(Model("p-2", "a"), default));
        foreach (var name in names)
        {
            await DoneAsync(Store.Models.CreateAsync(Model("p", name), default));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), await IdsAsync(Store.Models, "p", 4));
        foreach (var name in names)
        {
            Assert.Equal(name, (await Store.Models.GetAsync($"p/{name}", default))!.Value.Id);
            await DoneAsync(Store.Models.DeleteAsync($"p/{name}", null, default));
        }

        Assert.Equal(["a"], (await Store.ReadAllAsync(default)).Models.Select(model => model.Id));
    }

    [Fact]
    public async Task Providers_DeletedWithManyCredentials_TakeTheirsAlongAndNoOthers()
    {
        await FillAsync("p", 250, 20);
        await DoneAsync(Store.Providers.CreateAsync(Provider("p-2"), default));
        var other = Credential("p-2");
        await DoneAsync(Store.Credentials.CreateAsync(other, default));
        Assert.Equal(251, (await IdsAsync(Store.Credentials, null, 100)).Count);

        await DoneAsync(Store.Providers.DeleteAsync("p", null, default));
        var all = await Store.ReadAllAsync(default);
        Assert.Equal((1, 1, 0), (all.Providers.Count, all.Credentials.Count, all.Models.Count));
        Assert.Equal((1, 1, 0), await CountsAsync());
        Assert.Equal(other.Id, all.Credentials[0].Id);
    }

    [Fact]
    public async Task Providers_DeletionInterrupted_LeavesNoOrphanAndARepeatDeletesTheRest()
    {
        await FillAsync("p", 250, 0);
        var version = await Store.ReadVersionAsync(default);
        using var interruption = new CancellationTokenSource();
        var deletion = Store.Providers.DeleteAsync("p", null, interruption.Token);
        while (await Store.ReadVersionAsync(default) == version)
        {
        }

        await interruption.CancelAsync();
        // Rarely, it is through already.
        Assert.True(await Record.ExceptionAsync(() => deletion) is null or OperationCanceledException);
        var left = await Store.ReadAllAsync(default);
        Assert.Equal(left.Providers.Count == 0, left.Credentials.Count == 0);
        Assert.InRange(left.Credentials.Count, 0, 249);
        var repeated = await Store.Providers.DeleteAsync("p", null, default);
        Assert.Equal(left.Providers.Count == 0 ? WriteStatus.NotFound : WriteStatus.Done, repeated.Status);
        Assert.Equal((0, 0, 0), await CountsAsync());
    }

    [Fact]
    public async Task Writes_OfTwoInstancesAtOnce_AllCountAndNoneIsAnOrphan()
    {
        await using var second = new ServiceCollection().AddHubStorage(_options).BuildServiceProvider();
        IConfigurationStore[] stores = [Store, second.GetRequiredService<IConfigurationStore>()];
        var created = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => stores[i % 2].Aliases.CreateAsync(Alias($"a{i}"), default)));
        Assert.All(created, result => Assert.Equal(WriteStatus.Done, result.Status));
        Assert.Equal(30, (await HeadAsync()).GetInt32("Aliases"));

        await DoneAsync(Store.Providers.CreateAsync(Provider("p"), default));
        var writes = Enumerable.Range(0, 30).Select(i => stores[i % 2].Credentials.CreateAsync(Credential("p"), default)).ToList();
        writes.Insert(15, stores[1].Providers.DeleteAsync("p", null, default));
        var results = await Task.WhenAll(writes);
        Assert.All(results, result => Assert.True(result.Status is WriteStatus.Done or WriteStatus.ProviderMissing));
        var all = await Store.ReadAllAsync(default);
        Assert.Empty(all.Providers);
        Assert.Empty(all.Credentials);
        Assert.Equal((0, 0, 0), await CountsAsync());
    }

    [Fact]
    public async Task Creates_BeyondTheBounds_AreRefused()
    {
        await DoneAsync(Store.Providers.CreateAsync(Provider("p"), default));
        await DoneAsync(DataKeys.AddAsync(DataKey("dk_1"), default));
        var head = await HeadAsync();
        (head["Providers"], head["Credentials"], head["Models"], head["Aliases"], head["DataKeys"]) = (499, 1_999, 4_999, 999, 99);
        await Table.UpdateEntityAsync(head, head.ETag, TableUpdateMode.Replace);
        for (var i = 0; i < 2; i++)
        {
            var expected = i == 0 ? WriteStatus.Done : WriteStatus.TooMany;
            Assert.Equal(expected, (await Store.Providers.CreateAsync(Provider($"p{i}"), default)).Status);
            Assert.Equal(expected, (await Store.Credentials.CreateAsync(Credential("p"), default)).Status);
            Assert.Equal(expected, (await Store.Models.CreateAsync(Model("p", $"m{i}"), default)).Status);
            Assert.Equal(expected, (await Store.Aliases.CreateAsync(Alias($"a{i}"), default)).Status);
            Assert.Equal(expected, (await DataKeys.AddAsync(DataKey($"dk_x{i}"), default)).Status);
        }
    }

    [Fact]
    public async Task ReadAll_MoreRowsThanAPage_ReadsAll()
    {
        await DoneAsync(Store.Providers.CreateAsync(Provider("p"), default));
        await DoneAsync(Store.Models.CreateAsync(Model("p", "m"), default));
        var row = (await Table.GetEntityAsync<TableEntity>(TableKeys.ConfigurationPartition, "m|p|m")).Value;
        foreach (var some in Enumerable.Range(0, 2_300).Chunk(100))
        {
            await Table.SubmitTransactionAsync(some.Select(i => new TableTransactionAction(
                TableTransactionActionType.Add,
                new TableEntity(TableKeys.ConfigurationPartition, $"m|p|m{i}") { ["Content"] = row["Content"], ["Provider"] = "p" })));
        }

        Assert.Equal(2_301, (await Store.ReadAllAsync(default)).Models.Count);
        Assert.Equal(2_301, (await IdsAsync(Store.Models, "p", 1_000)).Count);
        await DoneAsync(Store.Providers.DeleteAsync("p", null, default));
        Assert.Empty((await Store.ReadAllAsync(default)).Models);
    }

    [Fact]
    public async Task Alias_TooLargeForAColumn_IsRefused()
    {
        var large = Alias("l");
        var entries = Enumerable.Range(0, 10).ToDictionary(i => $"{i}" + new string('n', 99), _ => new string('v', 200));
        var target = large.Alias.Targets[1] with { When = new Core.Routing.RouteCondition { Headers = entries, Metadata = entries } };
        var targets = Enumerable.Range(0, 20).Select(i => target with { Model = $"m{i}" }).ToArray();
        large = large with { Alias = large.Alias with { Targets = targets } };
        Assert.Null(large.WhatIsWrong());
        Assert.Equal(WriteStatus.TooLarge, (await Store.Aliases.CreateAsync(large, default)).Status);
    }

    [Fact]
    public async Task List_ContinuationOfNoList_IsRefused() => await Assert.ThrowsAsync<InvalidContinuationException>(
        () => Store.Models.ListAsync(null, 10, "x' or 1 eq 1", default));

    private static DataKeyRecord DataKey(string id) => new() { Id = id, MasterKey = "m", Wrapped = [1, 2], CreatedAt = Now };

    private static async Task DoneAsync(Task<WriteResult> write) => Assert.Equal(WriteStatus.Done, (await write).Status);

    private static async Task<List<string>> IdsAsync<T>(IConfigurationRecords<T> records, string? provider, int limit)
    {
        var ids = new List<string>();
        string? continuation = null;
        do
        {
            var page = await records.ListAsync(provider, limit, continuation, default);
            Assert.InRange(page.Items.Count, 0, limit);
            ids.AddRange(page.Items.Select(
                item => item.Value is ModelRecord model ? model.Id : ((CredentialRecord)(object)item.Value!).Id));
            continuation = page.Continuation;
        }
        while (continuation is not null);
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    private async Task FillAsync(string provider, int credentials, int models)
    {
        await DoneAsync(Store.Providers.CreateAsync(Provider(provider), default));
        for (var i = 0; i < credentials; i++)
        {
            await DoneAsync(Store.Credentials.CreateAsync(Credential(provider), default));
        }

        for (var i = 0; i < models; i++)
        {
            await DoneAsync(Store.Models.CreateAsync(Model(provider, $"m/{i}"), default));
        }
    }

    private async Task<TableEntity> HeadAsync() =>
        (await Table.GetEntityAsync<TableEntity>(TableKeys.ConfigurationPartition, TableKeys.ConfigurationHead)).Value;

    private async Task<(int? Providers, int? Credentials, int? Models)> CountsAsync()
    {
        var head = await HeadAsync();
        return (head.GetInt32("Providers") ?? 0, head.GetInt32("Credentials") ?? 0, head.GetInt32("Models") ?? 0);
    }
}
