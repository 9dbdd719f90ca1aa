using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Pricing;

[Collection(StorageCollections.Stores)]
public sealed class RateCardStoreTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Put_ALargeCardTwice_IsReadBackByItsVersion()
    {
        await using var hub = await azurite.NewHubAsync();
        var store = hub.GetRequiredService<IRateCardStore>();
        var random = new Random(1);
        var card = new RateCard(Enumerable.Range(0, 4_000).Select(i => new ModelEntry(
            "p" + i % 40, $"model-{random.NextInt64()}-{random.NextInt64()}", null, null, null,
            new ModelRates(new Dictionary<UnitKind, Rate>
            {
                [UnitKind.Input] = new(random.NextInt64(1_000_000_000_000), []),
                [UnitKind.Output] = new(random.NextInt64(1_000_000_000_000), []),
            }))));
        await store.PutAsync(card, default);
        await store.PutAsync(card, default);
        Assert.Equal(card.Content.ToArray(), await store.FindAsync(card.Version, default));
        Assert.Null(await store.FindAsync(new string('0', 32), default));
    }
}
