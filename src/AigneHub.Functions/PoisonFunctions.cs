using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Usage that could not be settled.</summary>
public sealed class PoisonFunctions(PoisonEndpoints poison)
{
    [Function(nameof(ListPoison))]
    public Task ListPoison(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/usage/poison")] HttpRequest request,
        CancellationToken cancellationToken) => poison.ListAsync(request, cancellationToken);

    [Function(nameof(GetPoison))]
    public Task GetPoison(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/usage/poison/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => poison.GetAsync(request, id, cancellationToken);

    [Function(nameof(RequeuePoison))]
    public Task RequeuePoison(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/usage/poison/{id}/requeue")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => poison.RequeueAsync(request, id, cancellationToken);

    [Function(nameof(DropPoison))]
    public Task DropPoison(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/usage/poison/{id}/drop")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => poison.DropAsync(request, id, cancellationToken);
}
