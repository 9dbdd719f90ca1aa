using System.Runtime.CompilerServices;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Videos;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class VideoFollowerTests
{
    [Fact]
    public async Task OneBadJob_DoesNotKeepTheOthersFromBeingFollowed()
    {
        var jobs = new Jobs();

        var asked = await new VideoFollower(null!, jobs, null!, new FakeTimeProvider(), NullLogger<VideoFollower>.Instance).FollowAllAsync(default);

        Assert.Equal((20, 20), (asked, jobs.Looked));
    }

    /// <summary>Every other row can't be read.</summary>
    private sealed class Jobs : IVideoJobs
    {
        private int _looked;

        public int Looked => _looked;

        public Task<Versioned<VideoJob>?> FindAsync(string account, Guid callId, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _looked) % 2 == 0
                ? Task.FromResult<Versioned<VideoJob>?>(null)
                : throw new UriFormatException("bad row");

        public async IAsyncEnumerable<VideoJob> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var i = 0; i < 20; i++)
            {
                await Task.Yield();
                yield return new VideoJob
                {
                    Account = "a",
                    CallId = Guid.NewGuid(),
                    Provider = "p",
                    Credential = "c",
                    Model = "m",
                    VendorId = "v",
                    Seconds = 4,
                    Size = "1280x720",
                    Status = VideoStatus.Queued,
                };
            }
        }

        public IAsyncEnumerable<Versioned<VideoJob>> RefundsDueAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task AddAsync(VideoJob job, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> ReplaceAsync(VideoJob job, string etag, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<VideoJob>> ListAsync(string account, Guid? after, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
