using System.Reflection;
using AigneHub.Core.Telemetry;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AigneHub.Telemetry;

/// <summary>Spans, measurements and logs, to where the settings say. Without such a setting nothing listens to the hub.</summary>
public static class TelemetryServices
{
    private const string ProtocolSetting = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public static IServiceCollection AddHubTelemetry(
        this IServiceCollection services, IConfiguration configuration, TelemetryOptions options)
    {
        var export = ExportSettings.Read(configuration);
        var protocol = configuration[ProtocolSetting] == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        services.AddSingleton(options);
        if (!export.IsAny && !options.Prometheus)
        {
            return services;
        }

        var telemetry = services.AddOpenTelemetry()
            // What the environment says (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) wins.
            .ConfigureResource(resource => resource.Clear()
                .AddService(TelemetryNames.Source, serviceVersion: Version())
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(TelemetryNames.Source));
        if (options.Prometheus)
        {
            services.AddSingleton<PrometheusText>().AddSingleton<IMetricsText>(s => s.GetRequiredService<PrometheusText>());
            services.ConfigureOpenTelemetryMeterProvider(
                (s, metrics) => metrics.AddReader(s.GetRequiredService<PrometheusText>().Reader));
        }

        if (!export.IsAny)
        {
            return services;
        }

        telemetry
            .WithTracing(traces => traces.AddSource(TelemetryNames.Source))
            .WithLogging(logs => { }, logger => logger.IncludeFormattedMessage = true);
        services.AddLogging(logging => logging
            // Libraries' lines tell of addresses, and repeat what spans say.
            .AddFilter<OpenTelemetryLoggerProvider>("Azure", LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("Microsoft", LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("System", LogLevel.Warning));
        if (export.Otlp is { } endpoint)
        {
            telemetry.UseOtlpExporter(protocol, endpoint);
        }

        if (export.ConnectionString is { } connection)
        {
            telemetry.UseAzureMonitorExporter(monitor =>
            {
                monitor.ConnectionString = connection;
                monitor.Credential = export.Credential;
                // An incident whose call is not sampled must be seen, too.
                monitor.EnableTraceBasedLogsSampler = false;
                monitor.EnableLiveMetrics = false;
            });
        }

        return services;
    }

    /// <summary>Where the process is its own server: requests have spans of its, which go on with their clients' traces.</summary>
    public static IServiceCollection AddServerSpans(this IServiceCollection services) =>
        services.ConfigureOpenTelemetryTracerProvider((_, traces) => traces.AddSource("Microsoft.AspNetCore"));

    private static string Version() =>
        typeof(TelemetryServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
