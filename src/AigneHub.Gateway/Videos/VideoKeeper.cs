using AigneHub.Core;
using AigneHub.Core.Jobs;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Videos;

/// <summary>Remembers a video that a vendor has begun, before the client hears of it.</summary>
internal sealed partial class VideoKeeper(IVideoJobs jobs, TimeProvider time, ILogger<VideoKeeper> logger)
{
    private const int TriesMax = 3;
    private static readonly TimeSpan TryTimeMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Tries a while, whatever became of the client: the vendor works on it, and will be paid.</summary>
    /// <exception cref="StorageUnavailableException">It is not kept.</exception>
    public async Task AddAsync(VideoJob job)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var limit = new CancellationTokenSource(TryTimeMax, time);
                await jobs.AddAsync(job, limit.Token);
                return;
            }
            catch (Exception e) when (e is StorageUnavailableException or OperationCanceledException)
            {
                if (tries == TriesMax)
                {
                    LogLost(job.Id, job.Provider, job.VendorId, e);
                    throw new StorageUnavailableException("A video that has begun can't be remembered.", e);
                }
            }

            await Task.Delay(Pause, time);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The video {Video} can't be remembered: it is neither charged nor to be had. Provider {Provider}, its id {VendorId}")]
    private partial void LogLost(string video, string provider, string vendorId, Exception exception);
}
