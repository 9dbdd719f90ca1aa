using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Keys that callers make for themselves.</summary>
public sealed class OwnKeyFunctions(OwnKeyEndpoints keys)
{
    [Function(nameof(CreateMyKey))]
    public Task CreateMyKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/me/keys")] HttpRequest request,
        CancellationToken cancellationToken) => keys.CreateAsync(request, cancellationToken);

    [Function(nameof(ListMyKeys))]
    public Task ListMyKeys(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/keys")] HttpRequest request,
        CancellationToken cancellationToken) => keys.ListAsync(request, cancellationToken);

    [Function(nameof(GetMyKey))]
    public Task GetMyKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.GetAsync(request, id, cancellationToken);

    [Function(nameof(UpdateMyKey))]
    public Task UpdateMyKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/me/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.UpdateAsync(request, id, cancellationToken);

    [Function(nameof(RotateMyKey))]
    public Task RotateMyKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/me/keys/{id}/rotate")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.RotateAsync(request, id, cancellationToken);

    [Function(nameof(RevokeMyKey))]
    public Task RevokeMyKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/me/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => keys.RevokeAsync(request, id, cancellationToken);
}
