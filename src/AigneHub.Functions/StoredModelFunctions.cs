using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Models beside the catalogue's.</summary>
public sealed class StoredModelFunctions(StoredModelEndpoints models)
{
    [Function(nameof(ListStoredModels))]
    public Task ListStoredModels(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListAsync(request, cancellationToken);

    [Function(nameof(GetStoredModel))]
    public Task GetStoredModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/models/{*id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => models.GetAsync(request, id, cancellationToken);

    [Function(nameof(CreateStoredModel))]
    public Task CreateStoredModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.CreateAsync(request, cancellationToken);

    [Function(nameof(UpdateStoredModel))]
    public Task UpdateStoredModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/models/{*id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => models.UpdateAsync(request, id, cancellationToken);

    [Function(nameof(DeleteStoredModel))]
    public Task DeleteStoredModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/models/{*id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => models.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(TestStoredModel))]
    public Task TestStoredModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/models/{*path}")] HttpRequest request,
        string path,
        CancellationToken cancellationToken) => models.TestAsync(request, path, cancellationToken);
}
