using AigneHub.Gateway.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The description of the hub's API, for programs and for people.</summary>
public sealed class OpenApiFunctions(OpenApiEndpoints openApi)
{
    [Function(nameof(OpenApi))]
    public Task OpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request,
        CancellationToken cancellationToken) => openApi.DocumentAsync(request, cancellationToken);

    [Function(nameof(ApiPage))]
    public Task ApiPage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs")] HttpRequest request,
        CancellationToken cancellationToken) => openApi.PageAsync(request, cancellationToken);

    [Function(nameof(ApiPageFile))]
    public Task ApiPageFile(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs/{file}")] HttpRequest request,
        string file,
        CancellationToken cancellationToken) => openApi.FileAsync(request, file, cancellationToken);
}
