using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Hub keys.</summary>
public sealed class KeyFunctions(KeyEndpoints keys)
{
    [Function(nameof(CreateKey))]
    public Task CreateKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/keys")] HttpRequest request,
        CancellationToken cancellationToken) => keys.CreateAsync(request, cancellationToken);

    [Function(nameof(ListKeys))]
    public Task ListKeys(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/keys")] HttpRequest request,
        CancellationToken cancellationToken) => keys.ListAsync(request, cancellationToken);

    [Function(nameof(GetKey))]
    public Task GetKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.GetAsync(request, id, cancellationToken);

    [Function(nameof(UpdateKey))]
    public Task UpdateKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.UpdateAsync(request, id, cancellationToken);

    [Function(nameof(RotateKey))]
    public Task RotateKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/keys/{id}/rotate")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.RotateAsync(request, id, cancellationToken);

    [Function(nameof(RevokeKey))]
    public Task RevokeKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.RevokeAsync(request, id, cancellationToken);
}
