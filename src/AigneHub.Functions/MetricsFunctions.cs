using AigneHub.Gateway.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The measurements of the instance that answers.</summary>
public sealed class MetricsFunctions(MetricsEndpoint metrics)
{
    [Function(nameof(Metrics))]
    public Task Metrics(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "metrics")] HttpRequest request,
        CancellationToken cancellationToken) => metrics.GetAsync(request, cancellationToken);
}
