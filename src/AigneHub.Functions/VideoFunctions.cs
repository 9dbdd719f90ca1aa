using AigneHub.Core.Jobs;
using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Videos;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Videos: begun by one call, fetched by others; at OpenAI's paths and at Azure OpenAI's.</summary>
public sealed partial class VideoFunctions(
    GatewayHandler gateway, VideoEndpoints videos, VideoFollower follower, VideoRefunds refunds, HubStartup startup,
    ILogger<VideoFunctions> logger)
{
    [Function(nameof(CreateVideo))]
    public Task CreateVideo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/videos")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiVideos, request, cancellationToken);

    [Function(nameof(ListVideos))]
    public Task ListVideos(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/videos")] HttpRequest request,
        CancellationToken cancellationToken) => videos.ListAsync(request, cancellationToken);

    [Function(nameof(GetVideo))]
    public Task GetVideo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/videos/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => videos.GetAsync(request, id, cancellationToken);

    [Function(nameof(GetVideoContent))]
    public Task GetVideoContent(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/videos/{id}/content")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => videos.GetContentAsync(request, id, cancellationToken);

    [Function(nameof(DeleteVideo))]
    public Task DeleteVideo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/videos/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => videos.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(ListAzureVideos))]
    public Task ListAzureVideos(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openai/v1/videos")] HttpRequest request,
        CancellationToken cancellationToken) => videos.ListAsync(request, cancellationToken);

    [Function(nameof(GetAzureVideo))]
    public Task GetAzureVideo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openai/v1/videos/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => videos.GetAsync(request, id, cancellationToken);

    [Function(nameof(GetAzureVideoContent))]
    public Task GetAzureVideoContent(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openai/v1/videos/{id}/content")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => videos.GetContentAsync(request, id, cancellationToken);

    [Function(nameof(DeleteAzureVideo))]
    public Task DeleteAzureVideo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "openai/v1/videos/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => videos.DeleteAsync(request, id, cancellationToken);

    /// <summary>
    /// Finds out what became of videos that nobody asks for, and gives back what failed ones have cost. Every five minutes.
    /// </summary>
    [Function(nameof(FollowVideos))]
    public async Task FollowVideos([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        var asked = await follower.FollowAllAsync(cancellationToken);
        var refunded = await refunds.BookAllAsync(cancellationToken);
        LogFollowed(asked, refunded);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Videos} open videos asked for, {Refunds} failed ones refunded")]
    private partial void LogFollowed(int videos, int refunds);
}
