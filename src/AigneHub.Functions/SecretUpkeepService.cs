using AigneHub.Core;
using AigneHub.Core.Secrets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>
/// At the start and once an hour: seals what still has an older data key with the current one, and drops the data keys that
/// nothing needs any more. Instances may do so at the same time: every write is under its ETag.
/// </summary>
internal sealed partial class SecretUpkeepService(
    HubStartup startup, CredentialResealer resealer, TimeProvider time, ILogger<SecretUpkeepService> logger) : BackgroundService
{
    private const int StepCredentialsMax = 100;
    private const int StepsMax = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await startup.Completed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (startup.Completed.IsCompletedSuccessfully)
            {
                await RunAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < StepsMax; i++)
            {
                var step = await resealer.StepAsync(StepCredentialsMax, cancellationToken);
                if (step.Resealed > 0)
                {
                    LogResealed(step.Resealed, step.Remaining);
                }

                if (step.Status != SecretStatus.Done)
                {
                    LogEnded(step.Status.Explain(), step.Remaining);
                    return;
                }

                if (step.Remaining == 0)
                {
                    break;
                }
            }

            foreach (var key in await resealer.DropUnusedAsync(cancellationToken))
            {
                LogDropped(key);
            }
        }
        catch (StorageUnavailableException e)
        {
            LogStorage(e);
        }
#pragma warning disable CA1031 // Whatever is wrong with what is stored: the hub goes on, and looks again in an hour.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "{Resealed} credentials are sealed with the current data key, {Remaining} to do")]
    private partial void LogResealed(int resealed, int remaining);

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident: {Remaining} credentials wait to be sealed anew. {Reason}")]
    private partial void LogEnded(string reason, int remaining);

    [LoggerMessage(Level = LogLevel.Information, Message = "The data key {DataKey} is not needed any more and was dropped")]
    private partial void LogDropped(string dataKey);

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident: secrets can't be looked after; it is tried again in an hour")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage does not answer: secrets are looked after in an hour")]
    private partial void LogStorage(Exception exception);
}
