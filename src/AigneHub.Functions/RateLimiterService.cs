using AigneHub.Core.Limits;
using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions;

/// <summary>Draws rate limits ahead, so that calls need not wait for storage.</summary>
internal sealed class RateLimiterService(RateLimiter limiter) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => limiter.RunAsync(stoppingToken);
}
