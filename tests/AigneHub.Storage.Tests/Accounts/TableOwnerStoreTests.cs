using System.Text.Json;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Accounts;

[Collection(StorageCollections.Stores)]
public sealed class TableOwnerStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private ServiceProvider _hub = null!;

    private IOwnerStore Owners => _hub.GetRequiredService<IOwnerStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Add_ThenFind_GivesEveryPropertyOfItsKindAlone()
    {
        var team = New(OwnerKind.Team, "research") with
        {
            Email = "team@example.com",
            Plan = "pro",
            Terms = new PurseTerms(
                PurseKind.Hard, new Budget(5_000_000_000, PeriodLength.Month, "Europe/Berlin"), new PurseAlerts([50, 80, 100], 1, 2)),
            Limits = new RateLimits(60, 100_000, 3),
        };
        Assert.True(await Owners.AddAsync(team, default));
        Assert.False(await Owners.AddAsync(team with { Name = "other" }, default));
        Assert.Null(await Owners.FindAsync(OwnerKind.Account, "research", default));
        var found = (await Owners.FindAsync(OwnerKind.Team, "research", default))!.Value;
        Assert.Equal(JsonSerializer.Serialize(team), JsonSerializer.Serialize(found));
    }

    [Fact]
    public async Task Replace_OfAnotherVersion_IsRefused()
    {
        await Owners.AddAsync(New(OwnerKind.Account, "a"), default);
        var first = (await Owners.FindAsync(OwnerKind.Account, "a", default))!;
        Assert.True(await Owners.ReplaceAsync(first.Value with { Name = "second" }, first.ETag, default));
        Assert.False(await Owners.ReplaceAsync(first.Value with { Name = "third" }, first.ETag, default));
        Assert.Equal("second", (await Owners.FindAsync(OwnerKind.Account, "a", default))!.Value.Name);
    }

    [Fact]
    public async Task List_Pages_HaveEachOfTheKindOnce()
    {
        foreach (var id in (string[])["b", "a", "c"])
        {
            await Owners.AddAsync(New(OwnerKind.Project, id), default);
        }

        await Owners.AddAsync(New(OwnerKind.Team, "d"), default);
        var first = await Owners.ListAsync(OwnerKind.Project, 2, null, default);
        var second = await Owners.ListAsync(OwnerKind.Project, 2, first.Continuation, default);
        Assert.Equal(["a", "b", "c"], first.Items.Concat(second.Items).Select(item => item.Value.Id));
        Assert.Null(second.Continuation);
    }

    private static OwnerRecord New(OwnerKind kind, string id) => new() { Kind = kind, Id = id, Name = "N", CreatedAt = Now };
}
