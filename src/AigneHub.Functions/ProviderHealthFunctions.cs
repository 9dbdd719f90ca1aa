using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>How the providers do.</summary>
public sealed class ProviderHealthFunctions(ProviderHealthEndpoints health)
{
    [Function(nameof(ListProviderHealth))]
    public Task ListProviderHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/health/providers")] HttpRequest request,
        CancellationToken cancellationToken) => health.ListAsync(request, cancellationToken);
}
