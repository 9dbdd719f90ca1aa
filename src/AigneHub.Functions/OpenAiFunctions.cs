using AigneHub.Gateway;
using AigneHub.Gateway.Fronts.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The OpenAI API.</summary>
public sealed class OpenAiFunctions(GatewayHandler gateway, OpenAiChatFront chat, ModelEndpoints models)
{
    [Function(nameof(ChatCompletions))]
    public Task ChatCompletions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/chat/completions")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(chat, request, cancellationToken);

    [Function(nameof(ListModels))]
    public Task ListModels(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListAsync(request, cancellationToken);

    [Function(nameof(GetModel))]
    public Task GetModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models/{*id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => models.GetAsync(request, id, cancellationToken);
}
