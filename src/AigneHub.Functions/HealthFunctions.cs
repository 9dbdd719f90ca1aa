using AigneHub.Gateway.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Alive and ready, without a key.</summary>
public sealed class HealthFunctions(HealthEndpoints health)
{
    [Function(nameof(Health))]
    public Task Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        CancellationToken cancellationToken) => HealthEndpoints.AliveAsync(request, cancellationToken);

    [Function(nameof(Ready))]
    public Task Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request,
        CancellationToken cancellationToken) => health.ReadyAsync(request, cancellationToken);
}
