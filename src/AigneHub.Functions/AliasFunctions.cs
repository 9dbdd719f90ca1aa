using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Names that stand for models.</summary>
public sealed class AliasFunctions(AliasEndpoints aliases)
{
    [Function(nameof(ListAliases))]
    public Task ListAliases(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/aliases")] HttpRequest request,
        CancellationToken cancellationToken) => aliases.ListAsync(request, cancellationToken);

    [Function(nameof(GetAlias))]
    public Task GetAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/aliases/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) => aliases.GetAsync(request, name, cancellationToken);

    [Function(nameof(CreateAlias))]
    public Task CreateAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/aliases")] HttpRequest request,
        CancellationToken cancellationToken) => aliases.CreateAsync(request, cancellationToken);

    [Function(nameof(UpdateAlias))]
    public Task UpdateAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/aliases/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) => aliases.UpdateAsync(request, name, cancellationToken);

    [Function(nameof(DeleteAlias))]
    public Task DeleteAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/aliases/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) => aliases.DeleteAsync(request, name, cancellationToken);

    [Function(nameof(TestAlias))]
    public Task TestAlias(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/aliases/{name}/test")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) => aliases.TestAsync(request, name, cancellationToken);
}
