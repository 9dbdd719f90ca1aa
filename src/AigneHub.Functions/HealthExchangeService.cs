using AigneHub.Core.Routing.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Keeps instances informed of each other's findings about providers, once everything is there.</summary>
internal sealed partial class HealthExchangeService(
    HealthExchange exchange, HealthBoard board, HubStartup startup, ILogger<HealthExchangeService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.Completed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!startup.Completed.IsCompletedSuccessfully)
        {
            return;
        }

        var informed = true;
        try
        {
            while (true)
            {
                try
                {
                    await exchange.RoundAsync(board, stoppingToken);
                    informed = true;
                }
#pragma warning disable CA1031 // Each instance gets by on its own findings; the next round tries again.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    if (informed)
                    {
                        LogApart(e);
                    }

                    informed = false;
                    await Task.Delay(Interval, stoppingToken);
                }

                await exchange.WaitAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Findings about providers can't be exchanged with other instances at the moment")]
    private partial void LogApart(Exception exception);
}
