using System.Globalization;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Videos;

/// <summary>
/// Videos that have begun: how they go, the list of them, their bytes, their end. An account reaches its own alone.
/// https://platform.openai.com/docs/api-reference/videos
/// </summary>
public sealed class VideoEndpoints(KeptCalls calls, IVideoJobs jobs, VideoFollower follower, VideoDownload download)
{
    private const int LimitUnasked = 20;
    private const int LimitMax = 100;

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        RunAsync(request, id, async (stored, _, stop) =>
        {
            await WriteAsync(request, VideoDocument.Of(await follower.FollowAsync(stored, stop)), stop);
            return null;
        }, cancellationToken);

    /// <summary>Newest first; the states are those last seen.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        calls.RunAsync(request, KeyScope.Videos, (caller, _, stop) => ListAsync(request, caller, stop), cancellationToken);

    /// <summary>The bytes of the video, or of what is made of it (<c>variant</c>).</summary>
    public Task GetContentAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        RunAsync(request, id, async (stored, requestId, stop) =>
        {
            var job = await follower.FollowAsync(stored, stop);
            return job.Status == VideoStatus.Completed
                ? await download.RunAsync(request, job, requestId, stop)
                : new HubError(
                    409, "video_not_ready", Blame.Caller, $"Video is not ready yet, use GET /v1/videos/{id} to check status.");
        }, cancellationToken);

    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        RunAsync(request, id, async (stored, _, stop) =>
        {
            var job = await follower.FollowAsync(stored, stop);
            if (job.IsOpen)
            {
                return new HubError(409, "video_not_finished", Blame.Caller, "Only a completed or failed video can be deleted.");
            }

            // What was charged, and whether that is due back, is known as long as any job.
            if (await jobs.FindAsync(job.Account, job.CallId, stop) is { } now
                && !await jobs.ReplaceAsync(now.Value with { IsDeleted = true }, now.ETag, stop))
            {
                return new HubError(
                    503, "storage_unavailable", Blame.Hub, "The video is being changed at the moment. Retry shortly.",
                    RetryAfter: TimeSpan.FromSeconds(1));
            }

            await download.DeleteAsync(job, stop);
            await WriteAsync(request, VideoDocument.OfDeleted(job), stop);
            return null;
        }, cancellationToken);

    private Task RunAsync(
        HttpRequest request, string id, Func<Versioned<VideoJob>, string, CancellationToken, Task<HubError?>> run,
        CancellationToken cancellationToken) => calls.RunAsync(
            request, KeyScope.Videos,
            async (caller, requestId, stop) =>
                VideoJob.CallOf(id) is { } call && await jobs.FindAsync(caller.Account, call, stop) is { Value.IsDeleted: false } stored
                    ? await run(stored, requestId, stop)
                    : new HubError(404, "video_not_found", Blame.Caller, "This account has no such video."),
            cancellationToken);

    private async Task<HubError?> ListAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var limit = LimitUnasked;
        if (request.Query["limit"].FirstOrDefault() is { } asked
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax))
        {
            return Wrong("limit", $"'limit' must be 1 to {LimitMax}.");
        }

        if (request.Query["order"].FirstOrDefault() is { } order && order != "desc")
        {
            return Wrong("order", "Videos are listed newest first: 'order' must be desc.");
        }

        var after = request.Query["after"].FirstOrDefault();
        var from = after is null ? null : VideoJob.CallOf(after);
        if (after is not null && from is null)
        {
            return Wrong("after", "'after' must be the id of a video.");
        }

        var found = await jobs.ListAsync(caller.Account, from, limit + 1, cancellationToken);
        await WriteAsync(request, VideoDocument.OfList([.. found.Take(limit)], found.Count > limit), cancellationToken);
        return null;
    }

    private static HubError Wrong(string parameter, string message) => new(400, "invalid_request", Blame.Caller, message, parameter);

    private static async Task WriteAsync(HttpRequest request, ReadOnlyMemory<byte> document, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = document.Length;
        await response.Body.WriteAsync(document, cancellationToken);
    }
}
