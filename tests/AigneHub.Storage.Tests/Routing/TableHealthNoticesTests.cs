using AigneHub.Core.Routing.Health;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Routing;

[Collection(StorageCollections.Stores)]
public sealed class TableHealthNoticesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Until = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private ServiceProvider _hub = null!;

    private IHealthNotices Notices => _hub.GetRequiredService<IHealthNotices>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Put_ThenList_GivesEachInstanceWithAnotherVersionEachTime()
    {
        HealthNotice[] first = [new("p", null, "c#1", HealthNoticeKind.Unauthorized, Until), new("p", "a/m", "c", HealthNoticeKind.Cooling, Until)];
        HealthNotice[] many = [.. Enumerable.Range(0, 1500).Select(i => new HealthNotice("p", $"m{i}", "c", HealthNoticeKind.Usable, Until))];
        await Notices.PutAsync("one", first, default);
        await Notices.PutAsync("two", many, default);
        var before = await Notices.ListAsync(default);
        await Notices.PutAsync("one", first[..1], default);
        var after = await Notices.ListAsync(default);

        Assert.Equal(first, before.Single(i => i.Instance == "one").Notices);
        Assert.Equal(many[..1000], before.Single(i => i.Instance == "two").Notices);
        Assert.Equal(first[..1], after.Single(i => i.Instance == "one").Notices);
        Assert.NotEqual(before.Single(i => i.Instance == "one").Version, after.Single(i => i.Instance == "one").Version);
        Assert.Equal(before.Single(i => i.Instance == "two").Version, after.Single(i => i.Instance == "two").Version);
    }

    [Fact]
    public async Task Delete_OnceAndAgain_LeavesTheOthers()
    {
        await Notices.PutAsync("one", [], default);
        await Notices.PutAsync("two", [], default);
        await Notices.DeleteAsync("one", null, default);
        await Notices.DeleteAsync("one", null, default);
        var two = Assert.Single(await Notices.ListAsync(default));
        Assert.Equal("two", two.Instance);

        await Notices.PutAsync("two", [], default);
        await Notices.DeleteAsync("two", two.Version, default);
        var later = Assert.Single(await Notices.ListAsync(default));
        await Notices.DeleteAsync("two", later.Version, default);
        Assert.Empty(await Notices.ListAsync(default));
    }
}
