using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Notices;

[Collection(StorageCollections.Stores)]
public sealed class TableNoticeStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private ServiceProvider _hub = null!;

    private INoticeStore Notices => _hub.GetRequiredService<INoticeStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Add_Twice_IsKeptOnceAndReadBackWhole()
    {
        var notice = Notice(1, At, "webhook", "mail");
        Assert.True(await Notices.AddAsync(notice, default));
        Assert.False(await Notices.AddAsync(notice with { Amount = 1 }, default));

        Equal(notice, (await Notices.FindAsync(notice.Id, default))!.Value);
        Assert.Null(await Notices.FindAsync(Notice(2, At).Id, default));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirstAndWhole()
    {
        NoticeRecord[] all = [.. Enumerable.Range(0, 5).Select(i => Notice(i, At.AddMinutes(i)))];
        foreach (var notice in all.OrderBy(notice => notice.Id[^1]))
        {
            await Notices.AddAsync(notice, default);
        }

        var listed = new List<string>();
        string? next = null;
        do
        {
            var page = await Notices.ListAsync(2, next, default);
            Assert.InRange(page.Items.Count, 0, 2);
            listed.AddRange(page.Items.Select(notice => notice.Id));
            next = page.Continuation;
        }
        while (next is not null);

        Assert.Equal(all.Reverse().Select(notice => notice.Id), listed);
        await Assert.ThrowsAsync<InvalidContinuationException>(() => Notices.ListAsync(2, "x", default));
    }

    [Fact]
    public async Task ListDue_IsWhatHasATimeThatHasCome()
    {
        var due = Notice(1, At, "webhook");
        var later = Notice(2, At.AddHours(1), "webhook");
        var listedOnly = Notice(3, At.AddHours(-1));
        var delivered = Notice(4, At.AddHours(-2), "webhook");
        delivered = delivered with { Deliveries = [delivered.Deliveries[0] with { NextAt = null, Attempts = [new NoticeAttempt(At, null)] }] };
        var half = Notice(5, At.AddMinutes(-1), "webhook", "mail");
        half = half with { Deliveries = [half.Deliveries[0] with { NextAt = null }, half.Deliveries[1]] };
        foreach (var notice in (NoticeRecord[])[due, later, listedOnly, delivered, half])
        {
            Assert.True(await Notices.AddAsync(notice, default));
        }

        Assert.Equal([due.Id, half.Id], (await Notices.ListDueAsync(At, 10, default)).Select(found => found.Value.Id));
        Assert.Single(await Notices.ListDueAsync(At, 1, default));
        Assert.Equal(3, (await Notices.ListDueAsync(At.AddHours(1), 10, default)).Count);
    }

    [Fact]
    public async Task Replace_OverAnotherVersion_IsRefused()
    {
        var notice = Notice(1, At, "webhook");
        await Notices.AddAsync(notice, default);
        var found = Assert.Single(await Notices.ListDueAsync(At, 10, default));
        var tried = notice with { Deliveries = [notice.Deliveries[0] with { NextAt = At.AddMinutes(1), Attempts = [new NoticeAttempt(At, "refused")] }] };

        Assert.True(await Notices.ReplaceAsync(tried, found.ETag, default));
        Assert.False(await Notices.ReplaceAsync(notice, found.ETag, default));

        Equal(tried, (await Notices.FindAsync(notice.Id, default))!.Value);
        Assert.Empty(await Notices.ListDueAsync(At, 10, default));
        Assert.False(await Notices.ReplaceAsync(Notice(2, At), found.ETag, default));
    }

    [Fact]
    public async Task DeleteOld_LeavesWhatIsYoungAndWhatIsStillToBeTold()
    {
        var toBeTold = Notice(1, At, "webhook");
        await Notices.AddAsync(toBeTold, default);
        await Notices.AddAsync(Notice(2, At), default);
        var givenUp = Notice(3, At, "webhook");
        await Notices.AddAsync(givenUp with { Deliveries = [givenUp.Deliveries[0] with { NextAt = null }] }, default);

        Assert.Equal(0, await Notices.DeleteOldAsync(DateTimeOffset.UtcNow + NoticeRecord.Age - TimeSpan.FromMinutes(5), default));
        Assert.Equal(2, await Notices.DeleteOldAsync(DateTimeOffset.UtcNow + NoticeRecord.Age + TimeSpan.FromMinutes(5), default));

        Assert.Equal([toBeTold.Id], (await Notices.ListAsync(10, null, default)).Items.Select(notice => notice.Id));
    }

    private static NoticeRecord Notice(int seq, DateTimeOffset at, params string[] channels) => NoticeRecord.Of(
        PurseId.OfTeam("blue"), LedgerUnit.NanoUsd, new PurseNotice(seq, 80, 250_000, 200_500, At.AddDays(7), at), channels);

    private static void Equal(NoticeRecord expected, NoticeRecord actual)
    {
        // Lists of a record are compared by reference.
        Assert.Equal(expected.Deliveries.Select(One), actual.Deliveries.Select(One));
        Assert.Equal(expected with { Deliveries = [] }, actual with { Deliveries = [] });

        static string One(NoticeDelivery delivery) => $"{delivery.Channel} {delivery.NextAt:O} {string.Join(',', delivery.Attempts)}";
    }
}
