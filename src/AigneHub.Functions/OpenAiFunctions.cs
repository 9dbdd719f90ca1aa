using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Fronts.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The OpenAI API; the list of models in Anthropic's shape too.</summary>
public sealed class OpenAiFunctions(GatewayHandler gateway, ModelEndpoints models)
{
    [Function(nameof(ChatCompletions))]
    public Task ChatCompletions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/chat/completions")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiChat, request, cancellationToken);

    [Function(nameof(Responses))]
    public Task Responses(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/responses")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiResponses, request, cancellationToken);

    [Function(nameof(Completions))]
    public Task Completions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/completions")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiCompletions, request, cancellationToken);

    [Function(nameof(Embeddings))]
    public Task Embeddings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/embeddings")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiEmbeddings, request, cancellationToken);

    [Function(nameof(Moderations))]
    public Task Moderations(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/moderations")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiModerations, request, cancellationToken);

    [Function(nameof(ImageGenerations))]
    public Task ImageGenerations(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/images/generations")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiImages, request, cancellationToken);

    [Function(nameof(ImageEdits))]
    public Task ImageEdits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/images/edits")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiImageEdits, request, cancellationToken);

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
