using System.Buffers;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Attempts;
using AigneHub.Providers.Upstream;
using AigneHub.Translation.Videos;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Videos;

/// <summary>
/// Hands the bytes of a video on as they come. An address that a vendor names is called only on the vendor's own server, and one
/// redirect is followed there.
/// </summary>
public sealed partial class VideoDownload(
    VideoFollower follower, UpstreamClient upstream, GatewayOptions options, TimeProvider time, ILogger<VideoDownload> logger)
{
    private const int BufferBytes = 64 * 1024;
    private static readonly string[] Variants = ["video", "thumbnail", "spritesheet"];

    /// <summary>Null when the answer is written.</summary>
    /// <exception cref="AnswerBrokenException">It broke off in the middle.</exception>
    internal async Task<HubError?> RunAsync(HttpRequest request, VideoJob job, string requestId, CancellationToken cancellationToken)
    {
        var variant = request.Query["variant"].FirstOrDefault() ?? "video";
        if (!Variants.Contains(variant))
        {
            return Wrong($"'variant' must be one of {string.Join(", ", Variants)}.");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.StreamSecondsMax), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var (answer, provider, error) = await OpenAsync(job, variant, requestId, stop.Token);
        using (answer)
        {
            return answer is null ? error : await CopyAsync(request.HttpContext.Response, answer, provider!, requestId, stop.Token);
        }
    }

    /// <summary>The whole video, to be disposed; or an error.</summary>
    internal async Task<(UpstreamContent? Content, HubError? Error)> ReadAsync(
        VideoJob job, int bytesMax, string requestId, CancellationToken cancellationToken)
    {
        var (answer, provider, error) = await OpenAsync(job, "video", requestId, cancellationToken);
        using (answer)
        {
            if (answer is null)
            {
                return (null, error);
            }

            var content = await answer.Body.ReadAllAsync(bytesMax, cancellationToken);
            if (content.Failure == UpstreamFailureKind.None)
            {
                return (content, null);
            }

            LogFailed(requestId, job.Provider, UpstreamFailure.CodeOf(content.Failure), content.Cause);
            content.Dispose();
            return (null, UpstreamErrors.Of(content.Failure, provider!));
        }
    }

    /// <summary>Without an answer there is an error.</summary>
    private async Task<(UpstreamResponse? Answer, ProviderEntry? Provider, HubError? Error)> OpenAsync(
        VideoJob job, string variant, string requestId, CancellationToken stop)
    {
        if (follower.PlaceOf(job) is not var (provider, binding, credential))
        {
            return (null, null, new HubError(
                404, "video_not_found", Blame.Hub,
                $"The video was made with a credential of the provider '{job.Provider}' that this hub has no more."));
        }

        if (binding.Api != ModelApi.OpenAiVideos && variant != "video")
        {
            return (null, null, Wrong($"The provider {provider.Id} has the video alone."));
        }

        var path = VideoVendors.Of(binding.Api).StatusPath(job.VendorId);
        if (path is null || (binding.Api != ModelApi.OpenAiVideos && job.Content is null))
        {
            return (null, null, UpstreamErrors.Of(UpstreamFailureKind.InvalidResponse, provider));
        }

        var call = new UpstreamRequest(
            provider, binding, credential, UpstreamPath.Below(binding, $"{path}/content?variant={variant}"), UpstreamPayload.None,
            Stream: false)
        {
            Method = HttpMethod.Get,
            TakesAnything = true,
            Address = job.Content,
        };
        var sent = await upstream.SendAsync(call, stop);
        if (!sent.Answered && sent.Failure.Location is { } location)
        {
            sent = await upstream.SendAsync(call with { Address = location }, stop);
        }

        if (!sent.Answered)
        {
            LogFailed(requestId, job.Provider, sent.Failure.Code, sent.Failure.Cause);
            return (null, null, UpstreamErrors.Of(sent.Failure.Kind, provider));
        }

        var answer = sent.Response;
        if (answer.IsSuccess)
        {
            return (answer, provider, null);
        }

        using (answer)
        {
            return (null, null, answer.Status == StatusCodes.Status404NotFound
                ? new HubError(404, "video_not_found", Blame.Caller, "The provider does not have the video any more.")
                : UpstreamErrors.OfStatus(answer.Status, provider, answer.RetryAfter));
        }
    }

    /// <summary>At vendors that delete videos when they are asked to; what fails there is deleted by age.</summary>
    internal async Task DeleteAsync(VideoJob job, CancellationToken cancellationToken)
    {
        if (follower.PlaceOf(job) is var (provider, binding, credential) && binding.Api == ModelApi.OpenAiVideos
            && VideoVendors.OpenAi.StatusPath(job.VendorId) is { } path)
        {
            var sent = await upstream.SendAsync(
                new UpstreamRequest(
                    provider, binding, credential, UpstreamPath.Below(binding, path), UpstreamPayload.None, Stream: false)
                { Method = HttpMethod.Delete },
                cancellationToken);
            if (sent.Answered)
            {
                sent.Response.Dispose();
            }
        }
    }

    private async Task<HubError?> CopyAsync(
        HttpResponse response, UpstreamResponse answer, ProviderEntry provider, string requestId, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                var read = await answer.Body.ReadAsync(buffer, stop);
                if (read.Failed)
                {
                    LogFailed(requestId, provider.Id, UpstreamFailure.CodeOf(read.Failure), read.Cause);
                    return response.HasStarted
                        ? throw new AnswerBrokenException(requestId, UpstreamErrors.Midway(read.Failure).Code)
                        : UpstreamErrors.Of(read.Failure, provider);
                }

                if (!response.HasStarted)
                {
                    // Never a page: it would run as one of the hub's.
                    var isMedia = answer.MediaType is { } type
                        && (type.StartsWith("video/", StringComparison.Ordinal) || type is "image/webp" or "image/jpeg" or "image/png");
                    response.ContentType = isMedia ? answer.MediaType : "application/octet-stream";
                    response.Headers["X-Content-Type-Options"] = "nosniff";
                    response.Headers["x-hub-provider"] = provider.Id;
                    response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
                }

                if (read.Bytes == 0)
                {
                    return null;
                }

                await response.BodyWriter.WriteAsync(buffer.AsMemory(0, read.Bytes), stop);
            }
        }
        catch (OperationCanceledException) when (!response.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Its time is up while the client reads too slowly: this must not look like the video's end.
            throw new AnswerBrokenException(requestId, UpstreamErrors.Midway(UpstreamFailureKind.Cancelled).Code);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static HubError Wrong(string message) => new(400, "invalid_value", Blame.Caller, message, "variant");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: provider {Provider} failed with {Failure}")]
    private partial void LogFailed(string requestId, string provider, string failure, Exception? cause);
}
