using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation.Videos;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Videos;

/// <summary>
/// Asks vendors what becomes of videos: when a client asks, and every few minutes for those that nobody asks for, so that a
/// failure is found all the same. Thread-safe; two that follow one job at once do no harm.
/// </summary>
public sealed partial class VideoFollower(
    IHubSnapshots snapshots, IVideoJobs jobs, UpstreamClient upstream, TimeProvider time, ILogger<VideoFollower> logger)
{
    private const int AnswerBytesMax = 256 * 1024;
    private const int AtOnce = 8;
    private const int MissedMin = 3;
    private static readonly TimeSpan MissedTimeMin = TimeSpan.FromMinutes(5);

    /// <summary>Of all open jobs; returns how many were asked for.</summary>
    public async Task<int> FollowAllAsync(CancellationToken cancellationToken)
    {
        var asked = 0;
        await Parallel.ForEachAsync(
            jobs.OpenAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (job, stop) =>
            {
                Interlocked.Increment(ref asked);
                try
                {
                    if (await jobs.FindAsync(job.Account, job.CallId, stop) is { } stored)
                    {
                        await FollowAsync(stored, stop);
                    }
                }
                catch (StorageUnavailableException e)
                {
                    LogStorage(job.Id, e);
                }
#pragma warning disable CA1031 // One job must not keep the others from being followed.
                catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogUnexpected(job.Id, e);
                }
            });
        return asked;
    }

    /// <summary>The job as the vendor has it now; as it was when the vendor can't be asked.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    internal async Task<VideoJob> FollowAsync(Versioned<VideoJob> stored, CancellationToken cancellationToken)
    {
        var job = stored.Value;
        if (!job.IsOpen)
        {
            return job;
        }

        var now = time.GetUtcNow();
        var next = await AskAsync(job, now, cancellationToken);
        if (next.IsOpen && now - job.CreatedAt > VideoJob.TimeMax)
        {
            next = Failed(next, now, "video_timed_out", "The provider did not finish the video within a day.");
        }

        if (next == job)
        {
            return job;
        }

        if (!await jobs.ReplaceAsync(next, stored.ETag, cancellationToken))
        {
            // Somebody else was faster.
            return (await jobs.FindAsync(job.Account, job.CallId, cancellationToken))?.Value ?? next;
        }

        if (next.RefundDue)
        {
            LogRefundDue(next.Id, next.Account, next.ErrorCode ?? "");
        }

        return next;
    }

    /// <summary>Where the vendor has the job; null when the hub has no such provider or credential any more.</summary>
    internal (ProviderEntry Provider, ApiBinding Binding, CredentialEntry Credential)? PlaceOf(VideoJob job) =>
        snapshots.Current.FindProvider(job.Provider) is { } provider
        && provider.BindingFor(ModelApi.OpenAiVideos, job.Model) is { } binding
        && provider.Credentials.FirstOrDefault(c => c.Id == job.Credential) is { } credential
            ? (provider, binding, credential)
            : null;

    private async Task<VideoJob> AskAsync(VideoJob job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (PlaceOf(job) is not var (provider, binding, credential))
        {
            return job;
        }

        var vendor = VideoVendors.Of(binding.Api);
        if (vendor.StatusPath(job.VendorId) is not { } status)
        {
            return job;
        }

        var path = UpstreamPath.Below(binding, status);
        var sent = await upstream.SendAsync(
            new UpstreamRequest(provider, binding, credential, path, UpstreamPayload.None, Stream: false) { Method = HttpMethod.Get },
            cancellationToken);
        if (!sent.Answered)
        {
            LogFailed(job.Id, job.Provider, sent.Failure.Code, sent.Failure.Cause);
            return job;
        }

        using var answer = sent.Response;
        if (!answer.IsSuccess)
        {
            LogFailed(job.Id, job.Provider, $"status_{answer.Status}", null);
            using var said = await answer.Body.ReadAllAsync(AnswerBytesMax, cancellationToken);
            return answer.Status == StatusCodes.Status404NotFound && said.Failure == UpstreamFailureKind.None
                && VendorError.TryRead(said.Bytes.Span) is not null ? Missing(job, now) : job;
        }

        using var content = await answer.Body.ReadAllAsync(AnswerBytesMax, cancellationToken);
        if (content.Failure != UpstreamFailureKind.None || StateIn(vendor, content.Bytes) is not { } state)
        {
            return job;
        }

        // Words that quote the hub's key are not for clients.
        var quotes = credential.Secret.Length > 0 && state.ErrorMessage?.Contains(credential.Secret, StringComparison.Ordinal) == true;
        return Next(job, quotes ? state with { ErrorMessage = null } : state, now);
    }

    private static VideoJob Next(VideoJob job, VideoState state, DateTimeOffset now) => job with
    {
        Status = state.Status,
        Progress = state.Progress ?? job.Progress,
        CompletedAt = state.Status == VideoStatus.Completed ? now : null,
        ExpiresAt = state.ExpiresAt ?? job.ExpiresAt,
        ErrorCode = state.ErrorCode,
        ErrorMessage = state.ErrorMessage,
        Content = state.Content ?? job.Content,
        MissingSince = null,
        Missed = 0,
    };

    /// <summary>It is lost when the vendor itself has said so several times over some minutes: a part of it may be behind.</summary>
    private static VideoJob Missing(VideoJob job, DateTimeOffset now)
    {
        var missing = job with { MissingSince = job.MissingSince ?? now, Missed = job.Missed + 1 };
        return missing.Missed >= MissedMin && now - missing.MissingSince >= MissedTimeMin
            ? Failed(job, now, "video_lost", "The provider does not know the video any more.")
            : missing;
    }

    private static VideoJob Failed(VideoJob job, DateTimeOffset now, string code, string message) =>
        Next(job, new VideoState(job.VendorId, VideoStatus.Failed, ErrorCode: code, ErrorMessage: message), now);

    private static VideoState? StateIn(IVideoVendor vendor, ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return vendor.ReadState(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or no text (half a surrogate pair).
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The video {Video} can't be followed: storage does not answer")]
    private partial void LogStorage(string video, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The video {Video} can't be followed")]
    private partial void LogUnexpected(string video, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The video {Video} can't be asked for: provider {Provider}, {Failure}")]
    private partial void LogFailed(string video, string provider, string failure, Exception? cause);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The video {Video} of account {Account} has failed ({Code}): its charge is due back")]
    private partial void LogRefundDue(string video, string account, string code);
}
