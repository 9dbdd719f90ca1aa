using AigneHub.Gateway.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Packs.</summary>
public sealed class PackFunctions(PackEndpoints packs)
{
    [Function(nameof(ListPacks))]
    public Task ListPacks(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/packs")] HttpRequest request,
        CancellationToken cancellationToken) => packs.ListAsync(request, cancellationToken);

    [Function(nameof(CreatePack))]
    public Task CreatePack(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/packs")] HttpRequest request,
        CancellationToken cancellationToken) => packs.CreateAsync(request, cancellationToken);

    [Function(nameof(GetPack))]
    public Task GetPack(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/packs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => packs.GetAsync(request, id, cancellationToken);

    [Function(nameof(UpdatePack))]
    public Task UpdatePack(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/packs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => packs.UpdateAsync(request, id, cancellationToken);
}
