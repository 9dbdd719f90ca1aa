using AigneHub.Gateway.Aigne;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>What AIGNE's clients ask before they call: where the hub is, its models, their state.</summary>
public sealed class AigneModelFunctions(AigneModelEndpoints models, AigneSiteEndpoints site)
{
    [Function(nameof(AigneSite))]
    public Task AigneSite(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "__blocklet__.js")] HttpRequest request,
        CancellationToken cancellationToken) => site.DescribeAsync(request, cancellationToken);

    [Function(nameof(AigneStatus))]
    public Task AigneStatus(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v2/status")] HttpRequest request,
        CancellationToken cancellationToken) => models.StatusAsync(request, cancellationToken);

    [Function(nameof(AigneStatusV1))]
    public Task AigneStatusV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/status")] HttpRequest request,
        CancellationToken cancellationToken) => models.StatusAsync(request, cancellationToken);

    [Function(nameof(AigneModels))]
    public Task AigneModels(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ai/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListAsync(request, cancellationToken);

    [Function(nameof(AigneProviderModels))]
    public Task AigneProviderModels(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ai-providers/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListAsync(request, cancellationToken);

    [Function(nameof(AigneChatModels))]
    public Task AigneChatModels(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ai-providers/chat/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListGroupedAsync(request, cancellationToken);
}
