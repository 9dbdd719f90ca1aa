using AigneHub.Core.Accounts;
using AigneHub.Core.Limits;
using AigneHub.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Limits;

[Collection(StorageCollections.Stores)]
public sealed class TableLimitStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private ServiceProvider _hub = null!;

    private ILimitStore Limits => _hub.GetRequiredService<ILimitStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Theory]
    [InlineData("key:key_1")]
    [InlineData("model:openrouter/meta/llama 3?#")]
    public async Task Write_ThenRead_GivesWhatWasWrittenAndStoragesTime(string subject)
    {
        var before = await Limits.ReadAsync(subject, default);
        Assert.Null(before.Use);
        Assert.InRange(before.ReadAt, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        var use = new LimitUse(29_000_000, 7, 5_000_000_000, 3, 2);
        Assert.True(await Limits.TryWriteAsync(subject, use, null, default));
        var view = await Limits.ReadAsync(subject, default);
        Assert.Equal(use, view.Use!.Value);
        Assert.Equal(default, (await Limits.ReadAsync(subject + "x", default)).Use?.Value.Window ?? 0);
    }

    [Fact]
    public async Task Write_OverAnotherVersion_IsRefused()
    {
        var use = new LimitUse(1, 1, 1, 1, 0);
        Assert.False(await Limits.TryWriteAsync("key:a", use, "W/\"datetime'2026-11-23T12%3A00%3A00.0000000Z'\"", default));
        Assert.True(await Limits.TryWriteAsync("key:a", use, null, default));
        Assert.False(await Limits.TryWriteAsync("key:a", use, null, default));
        var etag = (await Limits.ReadAsync("key:a", default)).Use!.ETag;
        Assert.True(await Limits.TryWriteAsync("key:a", use with { Requests = 2 }, etag, default));
        Assert.False(await Limits.TryWriteAsync("key:a", use with { Requests = 3 }, etag, default));
        Assert.Equal(2, (await Limits.ReadAsync("key:a", default)).Use!.Value.Requests);
    }

    [Fact]
    public async Task DeleteOld_LeavesWhatIsYoung_AndWhoHasItsVersionBeginsAnew()
    {
        var use = new LimitUse(1, 1, 1, 1, 0);
        await Limits.TryWriteAsync("key:c", use, null, default);
        await Limits.TryWriteAsync("key:d", use, null, default);
        var etag = (await Limits.ReadAsync("key:c", default)).Use!.ETag;
        Assert.Equal(0, await Limits.DeleteOldAsync(DateTimeOffset.UtcNow + LimitUse.Age - TimeSpan.FromMinutes(5), default));

        Assert.Equal(2, await Limits.DeleteOldAsync(DateTimeOffset.UtcNow + LimitUse.Age + TimeSpan.FromMinutes(5), default));

        Assert.Null((await Limits.ReadAsync("key:c", default)).Use);
        Assert.False(await Limits.TryWriteAsync("key:c", use, etag, default));
        Assert.True(await Limits.TryWriteAsync("key:c", use, null, default));
    }

    [Fact]
    public async Task Admit_ManyAtOnceOnFourInstances_TheLimitHolds()
    {
        var log = new IncidentLog();
        RateLimiter[] instances =
            [.. Enumerable.Range(0, 4).Select(i => new RateLimiter(Limits, log, new Random(i), TimeProvider.System))];
        List<LimitedBy> limits = [new("key:b", new RateLimits(50))];
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(
            async i => await instances[i % 4].AdmitAsync(limits, null, new(1, 0), false, default)));
        var passed = results.Count(result => result.Pass is not null);
        Assert.InRange(passed, 50, 100); // A window may end meanwhile.
        var use = (await Limits.ReadAsync("key:b", default)).Use!.Value;
        Assert.Equal((50, 4), (use.Requests, use.Instances));
        Assert.Empty(log.All);
    }
}
