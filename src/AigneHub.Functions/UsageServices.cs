using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Sends usage in the background; at stop, what is left.</summary>
internal sealed partial class UsageFlusherService(UsageFlusher flusher, HubOptions options, ILogger<UsageFlusherService> logger)
    : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var lost = await flusher.DrainAsync(TimeSpan.FromSeconds(options.DrainUsageSeconds));
        if (lost > 0)
        {
            LogLost(lost);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => flusher.RunAsync(stoppingToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Lost} usage events could not be sent before the stop and are lost")]
    private partial void LogLost(long lost);
}

/// <summary>Folds purses that this instance has settled into.</summary>
internal sealed class PurseFolderService(PurseFolder folder) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => folder.RunAsync(stoppingToken);
}

/// <summary>Incidents go to the log, where alerts are set on them.</summary>
internal sealed partial class LoggedIncidents(ILogger<LoggedIncidents> logger) : IIncidents
{
    public void Report(Incident incident) =>
        Log(incident.Kind, incident.Purse?.Value, incident.Subject, incident.Detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident {Kind}: purse {Purse}, subject {Subject}: {Detail}")]
    private partial void Log(IncidentKind kind, string? purse, string? subject, string detail);
}
