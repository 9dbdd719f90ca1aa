using AigneHub.Core.Responses;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Responses;

[Collection(StorageCollections.Stores)]
public sealed class TableStoredResponsesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private ServiceProvider _hub = null!;

    private IStoredResponses Responses => _hub.GetRequiredService<IStoredResponses>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Put_ThenFind_IsTheAccountsOwn()
    {
        var response = new StoredResponse("a", "resp_1.x:y-z", "openai", "env:openai:1");
        await Responses.PutAsync(response, default);
        await Responses.PutAsync(response, default);
        Assert.Equal(response, await Responses.FindAsync("a", response.Id, default));
        Assert.Null(await Responses.FindAsync("b", response.Id, default));
        Assert.Null(await Responses.FindAsync("a", "resp_2", default));
        await Responses.DeleteAsync("a", response.Id, default);
        await Responses.DeleteAsync("a", response.Id, default);
        Assert.Null(await Responses.FindAsync("a", response.Id, default));
    }

    [Fact]
    public async Task DeleteOld_OverPartitionsAndTransactions_LeavesWhatIsYoung()
    {
        await Parallel.ForAsync(0, 130, async (i, c) => await Responses.PutAsync(new StoredResponse(i < 120 ? "a" : $"b{i}", $"resp_{i}", "p", "c"), c));
        Assert.Equal(0, await Responses.DeleteOldAsync(DateTimeOffset.UtcNow, default));
        Assert.NotNull(await Responses.FindAsync("a", "resp_7", default));
        Assert.Equal(130, await Responses.DeleteOldAsync(DateTimeOffset.UtcNow + StoredResponse.Age + TimeSpan.FromMinutes(5), default));
        Assert.Null(await Responses.FindAsync("a", "resp_7", default));
    }
}
