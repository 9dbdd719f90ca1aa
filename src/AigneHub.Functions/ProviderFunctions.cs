using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Providers, of the settings and added at run time.</summary>
public sealed class ProviderFunctions(ProviderEndpoints providers)
{
    [Function(nameof(ListProviders))]
    public Task ListProviders(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/providers")] HttpRequest request,
        CancellationToken cancellationToken) => providers.ListAsync(request, cancellationToken);

    [Function(nameof(GetProvider))]
    public Task GetProvider(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/providers/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => providers.GetAsync(request, id, cancellationToken);

    [Function(nameof(CreateProvider))]
    public Task CreateProvider(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/providers")] HttpRequest request,
        CancellationToken cancellationToken) => providers.CreateAsync(request, cancellationToken);

    [Function(nameof(UpdateProvider))]
    public Task UpdateProvider(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/providers/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => providers.UpdateAsync(request, id, cancellationToken);

    [Function(nameof(DeleteProvider))]
    public Task DeleteProvider(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/providers/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => providers.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(TestProvider))]
    public Task TestProvider(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/providers/{id}/test")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => providers.TestAsync(request, id, cancellationToken);
}
