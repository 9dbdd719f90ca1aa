using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Jobs;

[Collection(StorageCollections.Stores)]
public sealed class TableVideoJobsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly HubIds Ids = new(TimeProvider.System);
    private ServiceProvider _hub = null!;

    private IVideoJobs Jobs => _hub.GetRequiredService<IVideoJobs>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Add_ThenFind_IsTheAccountsOwn_AndAddedOnce()
    {
        var job = Job() with
        {
            CompletedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.UnixEpoch.AddDays(1),
            ErrorCode = "c",
            ErrorMessage = "größer",
            Content = new Uri("https://g/files/1:download?alt=media"),
            Progress = 7,
            Purses = [PurseId.OfAccount("a"), PurseId.OfTeam("t")],
            RefundedAt = DateTimeOffset.UnixEpoch,
        };
        await Jobs.AddAsync(job, default);
        await Jobs.AddAsync(job with { Progress = 8 }, default);

        Assert.Equal(Text(job), Text((await Jobs.FindAsync("a", job.CallId, default))!.Value));
        Assert.Null(await Jobs.FindAsync("b", job.CallId, default));
        Assert.Null(await Jobs.FindAsync("a", Ids.New(), default));
    }

    [Fact]
    public async Task Replace_OldVersion_ChangesNothing()
    {
        var job = Job();
        await Jobs.AddAsync(job, default);
        var stored = (await Jobs.FindAsync("a", job.CallId, default))!;

        Assert.True(await Jobs.ReplaceAsync(job with { Status = VideoStatus.Failed }, stored.ETag, default));
        Assert.False(await Jobs.ReplaceAsync(job with { Status = VideoStatus.Completed }, stored.ETag, default));
        var failed = (await Jobs.FindAsync("a", job.CallId, default))!;
        Assert.True(failed.Value.RefundDue);
        Assert.Contains(job.CallId, await DueAsync());
        Assert.True(await Jobs.ReplaceAsync(failed.Value with { RefundedAt = DateTimeOffset.UtcNow }, failed.ETag, default));
        Assert.DoesNotContain(job.CallId, await DueAsync());
    }

    [Fact]
    public async Task List_AndOpen_ShowWhatTheySay()
    {
        VideoJob[] jobs = [.. Enumerable.Range(0, 5).Select(_ => Job())];
        foreach (var job in jobs)
        {
            await Jobs.AddAsync(job, default);
        }

        var deleted = jobs[2] with { IsDeleted = true, Status = VideoStatus.Completed };
        await Jobs.ReplaceAsync(deleted, (await Jobs.FindAsync("a", deleted.CallId, default))!.ETag, default);
        Guid[] newestFirst = [.. jobs.Where(job => job.CallId != deleted.CallId).Select(job => job.CallId).OrderDescending()];

        Assert.Equal(newestFirst[..2], (await Jobs.ListAsync("a", null, 2, default)).Select(job => job.CallId));
        Assert.Equal(newestFirst[2..], (await Jobs.ListAsync("a", newestFirst[1], 10, default)).Select(job => job.CallId));
        Assert.Empty(await Jobs.ListAsync("b", null, 10, default));
        var open = new HashSet<Guid>();
        await foreach (var job in Jobs.OpenAsync(default))
        {
            open.Add(job.CallId);
        }

        Assert.True(open.IsSupersetOf(newestFirst));
        Assert.DoesNotContain(deleted.CallId, open);
        Assert.Equal(0, await Jobs.DeleteOldAsync(DateTimeOffset.UtcNow, default));
        Assert.InRange(await Jobs.DeleteOldAsync(DateTimeOffset.UtcNow + VideoJob.Age + TimeSpan.FromMinutes(5), default), 5, int.MaxValue);
        Assert.Null(await Jobs.FindAsync("a", newestFirst[0], default));
    }

    private async Task<HashSet<Guid>> DueAsync()
    {
        var due = new HashSet<Guid>();
        await foreach (var job in Jobs.RefundsDueAsync(default))
        {
            due.Add(job.Value.CallId);
        }

        return due;
    }

    // Not record equality: lists are compared by reference there.
    private static string Text(VideoJob job) => JsonSerializer.Serialize(job);

    private static VideoJob Job() => new()
    {
        Account = "a",
        CallId = Ids.New(),
        Provider = "google",
        Credential = "env:google:1",
        Model = "veo",
        VendorId = "models/veo/operations/1",
        Seconds = 8,
        Size = "1280x720",
        Status = VideoStatus.InProgress,
    };
}
