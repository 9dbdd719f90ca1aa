using System.Diagnostics.Metrics;
using AigneHub.Core;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions;

/// <summary>What the hub tells of itself, and to whom.</summary>
internal static class TelemetryComposition
{
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, HubMode mode, IConfiguration configuration)
    {
        var options = HubComposition.Bind<TelemetryOptions>(configuration, "AigneHub:Telemetry");
        if (options.WhatIsWrong() is { } wrong)
        {
            throw new SettingsException(wrong);
        }

        options.TrustClientTraces ??= mode == HubMode.Enterprise;
        try
        {
            return services.AddHubTelemetry(configuration, options).AddHostedService<GaugeService>();
        }
        catch (ArgumentException e)
        {
            throw new SettingsException(e.Message);
        }
    }

    private sealed class GaugeService(IMeterFactory meters, UsageFlusher usage, UsageQueueWatch queue, HealthBoard health)
        : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            HubGauges.Add(meters.Create(TelemetryNames.Source), usage, queue, health);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
