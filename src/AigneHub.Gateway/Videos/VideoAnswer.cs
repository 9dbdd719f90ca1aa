using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Translation;
using AigneHub.Translation.Aigne;

namespace AigneHub.Gateway.Videos;

/// <summary>
/// Waits for a video that has begun and is charged, and answers with it, as AIGNE's clients expect it. Whatever goes wrong, the error
/// names the video, which is to be had by <c>GET /v1/videos/{id}</c>: a client that called again would pay for another one.
/// </summary>
internal sealed class VideoAnswer(
    IVideoJobs jobs, VideoFollower follower, VideoDownload download, GatewayOptions options, TimeProvider time)
{
    /// <summary>AIGNE's client gives up after 180 s.</summary>
    private const double SecondsMax = 170;

    private const int BytesMax = 32 * 1024 * 1024;

    /// <summary>A whole number of base64's groups.</summary>
    private const int PieceBytes = 48 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The host's token also fires when the client has gone, maybe before the request's own.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    /// <summary>Null when the client has the video.</summary>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async Task<HubError?> RunAsync(Exchange exchange, VideoJob begun, CancellationToken hubStops)
    {
        var gone = exchange.Recorded is null ? exchange.ClientLeft : exchange.Http.RequestAborted;
        using var limit = new CancellationTokenSource(Remaining(exchange), time);
        using var ending = hubStops.UnsafeRegister(
            _ =>
            {
                if (!exchange.ClientLeft.IsCancellationRequested)
                {
                    limit.CancelAfter(StopGrace);
                }
            }, null);
        using var staying = exchange.ClientLeft.UnsafeRegister(_ => limit.CancelAfter(Remaining(exchange)), null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, gone);
        try
        {
            var job = begun;
            while (job.IsOpen)
            {
                await Task.Delay(Pause, time, stop.Token);
                job = await FollowAsync(job, stop.Token);
            }

            return job.Status == VideoStatus.Completed ? await AnswerAsync(exchange, job, stop.Token) : Failed(job);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return exchange.Http.Response.HasStarted
                ? throw new AnswerBrokenException(exchange.RequestId, "deadline_exceeded")
                : NotReady(begun);
        }
    }

    private TimeSpan Remaining(Exchange exchange) => TimeSpan.FromMilliseconds(
        Math.Max(0, (Math.Min(options.AnswerSecondsMax, SecondsMax) * 1000) - exchange.ElapsedMilliseconds));

    private async Task<VideoJob> FollowAsync(VideoJob job, CancellationToken stop)
    {
        try
        {
            return await jobs.FindAsync(job.Account, job.CallId, stop) is { } stored ? await follower.FollowAsync(stored, stop) : job;
        }
        catch (StorageUnavailableException)
        {
            // It may answer the next time.
            return job;
        }
    }

    private async Task<HubError?> AnswerAsync(Exchange exchange, VideoJob job, CancellationToken stop)
    {
        var (read, error) = await download.ReadAsync(job, BytesMax, exchange.RequestId, stop);
        stop.ThrowIfCancellationRequested();
        if (read is not { } content)
        {
            return error! with
            {
                Message = $"The video is made and charged, but can't be handed over here: it is larger than {BytesMax >> 20} MiB, or the "
                    + $"provider failed ({error.Code}). GET /v1/videos/{job.Id}/content has it.",
                RetryAfter = null,
            };
        }

        using (content)
        {
            await WriteAsync(exchange, job, content.Bytes, stop);
        }

        return null;
    }

    private static async Task WriteAsync(Exchange exchange, VideoJob job, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        var response = exchange.Http.Response;
        response.ContentType = "application/json";
        var context = new AnswerContext(exchange.RequestId, exchange.Head.Model, exchange.StartedAt, IncludeUsage: false)
        {
            Target = exchange.Target.FullName,
            Credits = UsageOf.Credits(exchange),
        };
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        AigneVideoAnswer.WriteBegin(job.Id, json);
        for (var sent = 0; sent < content.Length || sent == 0; sent += PieceBytes)
        {
            var piece = content[sent..Math.Min(content.Length, sent + PieceBytes)];
            json.WriteBase64StringSegment(piece.Span, isFinalSegment: sent + piece.Length == content.Length);
            await json.FlushAsync(stop);
            await response.BodyWriter.FlushAsync(stop);
        }

        AigneVideoAnswer.WriteEnd(job.Seconds, context, json);
        await json.FlushAsync(stop);
        await response.BodyWriter.FlushAsync(stop);
        exchange.MarkFirstByte();
    }

    private static HubError NotReady(VideoJob job) => new(
        504, "video_not_ready", Blame.Upstream,
        $"The video {job.Id} is charged and still being made. Don't send the call again: GET /v1/videos/{job.Id} tells how it goes, "
        + $"GET /v1/videos/{job.Id}/content has it in the end.");

    private static HubError Failed(VideoJob job) => new(
        502, "video_failed", Blame.Upstream, $"{job.ErrorMessage ?? "The provider made no video and gave no reason."} ({job.Id})");
}
