using System.Collections.Concurrent;
using System.Text.Json;
using AigneHub.Core.Telemetry;
using AigneHub.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;

namespace AigneHub.Infra.Tests.Templates;

/// <summary>What the hub's own exporter makes of log lines: which table they reach, and where their text is.</summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-monitor/reference/tables/appexceptions"/>
public sealed class LogShapeTests
{
    [Fact]
    public async Task Lines_WithAnException_AreExceptionsWithTheirTemplate_OthersAreMessages()
    {
        var marker = Path.GetRandomFileName();
        ConcurrentQueue<JsonElement> sent = new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var ingestion = builder.Build();
        ingestion.MapPost("/{**path}", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            foreach (var line in (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var item = JsonDocument.Parse(line);
                sent.Enqueue(item.RootElement.Clone());
            }
        });
        await ingestion.StartAsync();

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] =
                $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={ingestion.Urls.Single()}/",
        }).Build();
        await using (var services = new ServiceCollection().AddHubTelemetry(configuration, new TelemetryOptions()).BuildServiceProvider())
        {
            // The exporter is put in its place by a hosted service.
            foreach (var hosted in services.GetServices<IHostedService>())
            {
                await hosted.StartAsync(CancellationToken.None);
            }

            var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("hub");
#pragma warning disable CA1848, CA2254 // Lines as the hub's.
            logger.LogError(new TimeoutException("too late"), "Incident audit: {Action} by {Actor}", "delete", marker);
            logger.LogError("Incident {Kind}: by {Actor}", "Poisoned", marker);
#pragma warning restore CA1848, CA2254
            services.GetRequiredService<LoggerProvider>().ForceFlush();
        }

        // What an earlier run could not send is sent again, too.
        var lines = sent.Where(line => line.GetRawText().Contains(marker, StringComparison.Ordinal))
            .Select(line => line.GetProperty("data"))
            .ToDictionary(line => line.GetProperty("baseType").GetString()!, line => line.GetProperty("baseData"));
        Assert.Equal(["ExceptionData", "MessageData"], lines.Keys.Order(StringComparer.Ordinal));
        var exception = lines["ExceptionData"];
        Assert.Equal("Incident audit: {Action} by {Actor}", exception.GetProperty("properties").GetProperty("OriginalFormat").GetString());
        Assert.Equal("too late", Assert.Single(exception.GetProperty("exceptions").EnumerateArray()).GetProperty("message").GetString());
        Assert.Equal($"Incident Poisoned: by {marker}", lines["MessageData"].GetProperty("message").GetString());
    }
}
