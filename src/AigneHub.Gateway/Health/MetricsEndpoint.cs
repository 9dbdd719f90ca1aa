using System.Security.Cryptography;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Telemetry;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Health;

/// <summary><c>GET /metrics</c>: for who may read the hub, or the scrape token, and only where it is switched on.</summary>
public sealed class MetricsEndpoint(
    ManagementHandler handler, FallbackEndpoints fallback, TelemetryOptions options, IEnumerable<IMetricsText> texts)
{
    private const string Bearer = "Bearer ";

    private readonly IMetricsText? _text = texts.FirstOrDefault();

    public Task GetAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _text is not { } text ? fallback.AnswerAsync(request, cancellationToken)
        : IsScraper(request) ? handler.AnswerAsync(request, _ => WriteAsync(request, text, cancellationToken), cancellationToken)
        : handler.RunAsync(
            request, ManagementRoutes.Metrics, call => WriteAsync(request, text, call.CancellationToken), cancellationToken);

    private static async Task<HubError?> WriteAsync(HttpRequest request, IMetricsText text, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        response.ContentType = text.ContentType;
        await response.WriteAsync(text.Collect(), cancellationToken);
        return null;
    }

    private bool IsScraper(HttpRequest request)
    {
        var given = request.Headers.Authorization.ToString();
        return options.ScrapeToken is { Length: >= TelemetryOptions.ScrapeTokenCharsMin } token
            && given.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(given[Bearer.Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }
}
