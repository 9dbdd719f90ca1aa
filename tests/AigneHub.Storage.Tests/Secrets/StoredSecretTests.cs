using System.Text;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Storage.Tests.Configuration;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Secrets;

[Collection(StorageCollections.Stores)]
public sealed class StoredSecretTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const CredentialKind Kind = CredentialKind.ApiKey;
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-secrets-").FullName;
    private readonly StorageOptions _options = azurite.NewOptions();
    private ServiceProvider _hub = null!;
    private SecretProtector _protector = null!;

    private IConfigurationStore Store => _hub.GetRequiredService<IConfigurationStore>();

    private IDataKeyStore DataKeys => _hub.GetRequiredService<IDataKeyStore>();

    private CredentialResealer Resealer => new(Store, DataKeys, _protector);

    public async Task InitializeAsync()
    {
        _hub = await azurite.NewHubAsync(_options);
        _protector = Protector(_hub);
        Assert.True((await Store.Providers.CreateAsync(ConfigurationSamples.Provider("p"), default)).IsDone);
    }

    public async Task DisposeAsync()
    {
        _protector.Dispose();
        await _hub.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Rows_OfAllTables_HoldNoSecretInAnyForm()
    {
        string[] secrets =
        [
            "sk-planted-0123456789abcdef-THE-END", """{"accessKeyId":"AKIAPLANTED01","secretAccessKey":"planted/secret+key"}""",
        ];
        foreach (var secret in secrets)
        {
            await CreateAsync(secret);
        }

        var masterKey = Convert.FromBase64String(
            (await File.ReadAllTextAsync(Path.Combine(_folder, LocalMasterKey.FileName))).Replace('-', '+').Replace('_', '/') + "=");
        var forms = secrets.Select(Encoding.UTF8.GetBytes).Append(masterKey).SelectMany(bytes => new[]
        {
            Encoding.UTF8.GetString(bytes), Convert.ToBase64String(bytes), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
            // Anywhere within other Base64, in each of the three alignments.
            Convert.ToBase64String(bytes.AsSpan(0, 12)), Convert.ToBase64String(bytes.AsSpan(1, 12)),
            Convert.ToBase64String(bytes.AsSpan(2, 12)),
        }).Append("AKIAPLANTED01").Append("0123456789abcdef-THE-END").ToArray();
        var tables = new TableServiceClient(_options.ConnectionString);
        var values = 0;
        foreach (var name in TableKeys.Tables)
        {
            await foreach (var row in tables.GetTableClient(_options.TablePrefix + name).QueryAsync<TableEntity>())
            {
                foreach (var (_, value) in row)
                {
                    values++;
                    string[] texts = value is byte[] bytes ? [Encoding.UTF8.GetString(bytes), Convert.ToBase64String(bytes)] : [$"{value}"];
                    Assert.All(forms, form => Assert.All(texts, text => Assert.DoesNotContain(form, text, StringComparison.Ordinal)));
                }
            }
        }

        Assert.True(values > 20);
    }

    [Fact]
    public async Task Reseal_AfterRotation_MovesAllInBoundedStepsAndDropsTheOldKey()
    {
        for (var i = 0; i < 7; i++)
        {
            await CreateAsync($"sk-{i}");
        }

        var damaged = await CreateAsync("sk-damaged");
        var stored = (await Store.Credentials.GetAsync(damaged, default))!;
        await Store.Credentials.UpdateAsync(
            stored.Value with { Secret = stored.Value.Secret! with { Box = "AAAA" } }, stored.ETag, default);
        var old = (await DataKeys.FindCurrentAsync(default))!.Id;
        var (status, current) = await _protector.RotateAsync(default);
        Assert.Equal(SecretStatus.Done, status);

        var first = await Resealer.StepAsync(5, default);
        Assert.Equal((SecretStatus.Done, 5), (first.Status, first.Resealed));
        Assert.InRange(first.Remaining, 2, 3);
        Assert.Empty(await Resealer.DropUnusedAsync(default));
        var second = await Resealer.StepAsync(5, default);
        Assert.Equal((2, 0), (second.Resealed, second.Remaining));
        Assert.Equal([damaged], second.Unopened);
        Assert.Equal(0, (await Resealer.StepAsync(5, default)).Resealed);

        Assert.Empty(await Resealer.DropUnusedAsync(default));
        await Store.Credentials.DeleteAsync(damaged, null, default);
        Assert.Equal([old], await Resealer.DropUnusedAsync(default));
        Assert.Equal([current!.Id], (await DataKeys.ListAsync(default)).Select(key => key.Id));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"sk-{i}"), (await OpenAllAsync()).Values.Order());
    }

    [Fact]
    public async Task Credential_SealedWithADroppedKey_IsRefused()
    {
        var sealing = await _protector.SealAsync("cred_1", Kind, "sk-1", default);
        await _protector.RotateAsync(default);
        Assert.Single(await Resealer.DropUnusedAsync(default));
        var record = ConfigurationSamples.Credential("p") with { Kind = Kind, Secret = sealing.Secret };
        Assert.Equal(WriteStatus.DataKeyMissing, (await Store.Credentials.CreateAsync(record, default)).Status);
    }

    [Fact]
    public async Task Rotations_WhileSecretsAreWritten_LoseNone()
    {
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await CreateAsync("sk-first"));
        }

        await using var second = new ServiceCollection().AddHubStorage(_options).BuildServiceProvider();
        using var protector = Protector(second);
        var writers = ids.Select((id, i) => WriteManyAsync(second.GetRequiredService<IConfigurationStore>(), protector, id, i)).ToArray();
        var written = Task.WhenAll(writers);
        var rotations = 0;
        do
        {
            Assert.Equal(SecretStatus.Done, (await _protector.RotateAsync(default)).Status);
            Assert.Empty((await Resealer.StepAsync(100, default)).Unopened);
            await Resealer.DropUnusedAsync(default);
            rotations++;
        }
        while (!written.IsCompleted);
        await written;

        while ((await Resealer.StepAsync(100, default)) is { Resealed: > 0 } or { Remaining: > 0 })
        {
        }

        await Resealer.DropUnusedAsync(default);
        Assert.Single(await DataKeys.ListAsync(default));
        var opened = await OpenAllAsync();
        Assert.Equal(ids.Select((_, i) => $"sk-{i}-9"), ids.Select(id => opened[id]));
        Assert.InRange(rotations, 2, 1_000);
    }

    private static async Task WriteManyAsync(IConfigurationStore store, SecretProtector protector, string id, int number)
    {
        for (var i = 0; i < 10; i++)
        {
            var done = false;
            while (!done)
            {
                var stored = (await store.Credentials.GetAsync(id, default))!;
                var sealing = await protector.SealAsync(id, Kind, $"sk-{number}-{i}", default);
                Assert.Equal(SecretStatus.Done, sealing.Status);
                var result = await store.Credentials.UpdateAsync(stored.Value with { Secret = sealing.Secret }, stored.ETag, default);
                Assert.True(result.Status is WriteStatus.Done or WriteStatus.Changed or WriteStatus.DataKeyMissing);
                done = result.IsDone;
            }
        }
    }

    private async Task<string> CreateAsync(string secret)
    {
        var record = ConfigurationSamples.Credential("p") with { Kind = Kind };
        var sealing = await _protector.SealAsync(record.Id, Kind, secret, default);
        Assert.True((await Store.Credentials.CreateAsync(record with { Secret = sealing.Secret }, default)).IsDone);
        return record.Id;
    }

    private async Task<Dictionary<string, string?>> OpenAllAsync()
    {
        using var fresh = Protector(_hub);
        var opened = new Dictionary<string, string?>();
        foreach (var record in (await Store.ReadAllAsync(default)).Credentials)
        {
            opened[record.Id] = (await fresh.OpenAsync(record.Id, record.Kind, record.Secret!, default)).Secret;
        }

        return opened;
    }

    private SecretProtector Protector(ServiceProvider hub) => new(
        LocalMasterKey.Open(_folder).Key!, hub.GetRequiredService<IDataKeyStore>(), new HubIds(TimeProvider.System), TimeProvider.System);
}
