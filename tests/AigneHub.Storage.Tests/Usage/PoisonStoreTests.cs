using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Usage;

[Collection(StorageCollections.Stores)]
public sealed class PoisonStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private ServiceProvider _hub = null!;

    private IPoisonStore Poison => _hub.GetRequiredService<IPoisonStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Add_ThenFindAndUpdate_GivesEveryProperty()
    {
        var entry = Entry(0) with { Detail = "ü'\"", Unit = "u", Home = "account:a", Content = new string('x', 60_000) + "ü" };
        Assert.True(await Poison.AddAsync(entry, default));
        Assert.False(await Poison.AddAsync(entry with { Reason = "other" }, default));
        var stored = (await Poison.FindAsync(entry.Id, default))!;
        Assert.Equal(entry, stored.Value);

        var dropped = entry with { Status = PoisonStatus.Dropped, DecidedBy = "key_1", DecidedAt = Now, DropReason = "test" };
        Assert.True(await Poison.UpdateAsync(dropped, stored.ETag, default));
        Assert.False(await Poison.UpdateAsync(entry, stored.ETag, default));
        Assert.Equal(dropped, (await Poison.FindAsync(entry.Id, default))!.Value);
        Assert.Null(await Poison.FindAsync("none", default));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirstByStatusMessagesLast()
    {
        var entries = Enumerable.Range(0, 5).Select(Entry).ToList();
        entries.Add(Entry(9) with { Id = "message-00ff" });
        entries[2] = entries[2] with { Status = PoisonStatus.Requeued };
        foreach (var entry in entries)
        {
            await Poison.AddAsync(entry, default);
        }

        var listed = new List<PoisonEntry>();
        string? continuation = null;
        do
        {
            var page = await Poison.ListAsync(PoisonStatus.Open, 2, continuation, default);
            listed.AddRange(page.Items);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        Assert.Equal([entries[4], entries[3], entries[1], entries[0], entries[5]], listed);
        Assert.Equal(6, (await Poison.ListAsync(null, 100, null, default)).Items.Count);
        await Assert.ThrowsAsync<InvalidContinuationException>(() => Poison.ListAsync(null, 2, "'", default));
    }

    private static PoisonEntry Entry(int minutes) => new()
    {
        Id = UsageSamples.IdAt(Now.AddMinutes(minutes)).ToString("N"),
        Kind = PoisonKind.Event,
        Reason = "too_old",
        Content = "{}",
        AddedAt = Now,
    };
}
