using System.Text.Json;
using System.Text.Json.Serialization;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Health;

/// <summary><c>/health</c>: the process answers. <c>/health/ready</c>: storage, queue and at least one provider are there.</summary>
public sealed partial class HealthEndpoints(
    IEnumerable<ReadinessProbe> probes, IHubSnapshots snapshots, IUsageSink usage, ILogger<HealthEndpoints> logger)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    public static Task AliveAsync(HttpRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request.HttpContext.Response, new HealthDocument("ok", null), cancellationToken);

    public async Task ReadyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var checks = await Task.WhenAll(probes.Select(p => RunAsync(p, cancellationToken)));
        var document = new Dictionary<string, string>(checks)
        {
            ["providers"] = snapshots.Current.Providers.Count > 0 ? "ok" : "none configured: set a vendor's key, e.g. OPENAI_API_KEY",
            ["metering"] = usage.Accepting ? "ok" : "backlog full: the usage queue has been out of reach for long",
        };
        var ready = document.Values.All(v => v == "ok");
        if (!ready)
        {
            request.HttpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }

        await WriteAsync(request.HttpContext.Response, new HealthDocument(ready ? "ok" : "not ready", document), cancellationToken);
    }

    private async Task<KeyValuePair<string, string>> RunAsync(ReadinessProbe probe, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ProbeTimeout);
        try
        {
            return new(probe.Name, await probe.CheckAsync(timeout.Token) ? "ok" : "unavailable");
        }
#pragma warning disable CA1031 // Whatever the reason, the answer is "not ready"; the reason goes to the log.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotReady(probe.Name, e);
            return new(probe.Name, "unavailable");
        }
    }

    private static Task WriteAsync(HttpResponse response, HealthDocument document, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(response.Body, document, HealthJson.Default.HealthDocument, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Readiness: {Probe} does not answer")]
    private partial void LogNotReady(string probe, Exception exception);
}

internal sealed record HealthDocument(string Status, IReadOnlyDictionary<string, string>? Checks);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthDocument))]
internal sealed partial class HealthJson : JsonSerializerContext;
