using AigneHub.Gateway.Management.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>All that is configured at run time, as one document.</summary>
public sealed class ConfigFunctions(ConfigEndpoints config)
{
    [Function(nameof(GetConfig))]
    public Task GetConfig(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/config")] HttpRequest request,
        CancellationToken cancellationToken) => config.GetAsync(request, cancellationToken);

    [Function(nameof(PutConfig))]
    public Task PutConfig(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/admin/config")] HttpRequest request,
        CancellationToken cancellationToken) => config.PutAsync(request, cancellationToken);
}
