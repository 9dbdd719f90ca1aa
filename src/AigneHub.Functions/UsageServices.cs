using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Sends usage. When all calls have ended it sends what is left.</summary>
internal sealed partial class UsageFlusherService(UsageFlusher flusher, HubOptions options, ILogger<UsageFlusherService> logger)
    : UntilStoppedService
{
    protected override Task RunAsync(CancellationToken cancellationToken) => flusher.RunAsync(cancellationToken);

    protected override async Task EndAsync()
    {
        var lost = await flusher.DrainAsync(TimeSpan.FromSeconds(options.DrainUsageSeconds));
        if (lost > 0)
        {
            LogLost(lost);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Lost} usage events could not be sent before the stop and are lost")]
    private partial void LogLost(long lost);
}

/// <summary>
/// Renews this instance's leases. When all calls have ended it gives them back, so that no purse waits for a dead instance.
/// </summary>
internal sealed partial class LeaseKeeperService(LeaseKeeper keeper, ILogger<LeaseKeeperService> logger) : UntilStoppedService
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    protected override Task RunAsync(CancellationToken cancellationToken) => keeper.RunAsync(cancellationToken);

    protected override async Task EndAsync()
    {
        using var bound = new CancellationTokenSource(StopMax);
        try
        {
            await keeper.StopAsync(bound.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            LogLeft(StopMax.TotalSeconds);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Leases could not be given back within {Seconds} s: what they reserve is free again when their time is over")]
    private partial void LogLeft(double seconds);
}

/// <summary>Folds purses that this instance has settled into.</summary>
internal sealed class PurseFolderService(PurseFolder folder) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => folder.RunAsync(stoppingToken);
}

/// <summary>Measures the usage queue, once it is there.</summary>
internal sealed class UsageQueueWatchService(UsageQueueWatch watch, HubStartup startup) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.Completed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (startup.Completed.IsCompletedSuccessfully)
        {
            await watch.RunAsync(stoppingToken);
        }
    }
}

/// <summary>Incidents are counted and go to the log: alerts are set on them.</summary>
internal sealed partial class LoggedIncidents(HubMetrics metrics, ILogger<LoggedIncidents> logger) : IIncidents
{
    public void Report(Incident incident)
    {
        metrics.Incident(incident.Kind);
        Log(incident.Kind, incident.Purse?.Value, incident.Subject, incident.Detail);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident {Kind}: purse {Purse}, subject {Subject}: {Detail}")]
    private partial void Log(IncidentKind kind, string? purse, string? subject, string detail);
}
