using System.Runtime.CompilerServices;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;

namespace AigneHub.Hub.Tests.Media;

/// <summary>An instance's view of one job that it goes on with only when the other instance has read the same version.</summary>
internal sealed class MeetingJobs(IVideoJobs stored, Guid call, MeetingJobs.Place followed, MeetingJobs.Place due) : IVideoJobs
{
    public async IAsyncEnumerable<VideoJob> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var job in stored.OpenAsync(cancellationToken).Where(job => job.CallId == call))
        {
            yield return job;
        }
    }

    public async Task<Versioned<VideoJob>?> FindAsync(string account, Guid callId, CancellationToken cancellationToken)
    {
        var job = await stored.FindAsync(account, callId, cancellationToken);
        await followed.MeetAsync();
        return job;
    }

    public async IAsyncEnumerable<Versioned<VideoJob>> RefundsDueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var jobs = await stored.RefundsDueAsync(cancellationToken).Where(job => job.Value.CallId == call).ToListAsync(cancellationToken);
        await due.MeetAsync();
        foreach (var job in jobs)
        {
            yield return job;
        }
    }

    public Task<bool> ReplaceAsync(VideoJob job, string etag, CancellationToken cancellationToken) => stored.ReplaceAsync(job, etag, cancellationToken);

    public Task AddAsync(VideoJob job, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<VideoJob>> ListAsync(string account, Guid? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Where the first of two waits for the second; whoever comes later passes.</summary>
    internal sealed class Place
    {
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task MeetAsync()
        {
            if (Interlocked.Increment(ref _arrived) == 2)
            {
                _both.SetResult();
            }

            return _both.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
