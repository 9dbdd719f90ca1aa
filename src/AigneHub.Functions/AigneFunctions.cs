using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Fronts.Aigne;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>AIGNE Hub's model calls, and the OpenAI API at the paths that its clients and its documentation name.</summary>
public sealed class AigneFunctions(AigneEndpoints aigne, GatewayHandler gateway)
{
    [Function(nameof(AigneCall))]
    public Task AigneCall(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v2/{*operation}")] HttpRequest request,
        string operation,
        CancellationToken cancellationToken) => aigne.CallAsync(request, operation, cancellationToken);

    /// <summary>The operation may begin with <c>sdk/</c>.</summary>
    [Function(nameof(AigneCallV1))]
    public Task AigneCallV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/{*operation}")] HttpRequest request,
        string operation,
        CancellationToken cancellationToken) => aigne.CallOldAsync(request, operation, cancellationToken);

    [Function(nameof(AigneOpenAiChat))]
    public Task AigneOpenAiChat(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/chat/completions")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiChat, request, cancellationToken);

    [Function(nameof(AigneOpenAiEmbeddings))]
    public Task AigneOpenAiEmbeddings(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/embeddings")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiEmbeddings, request, cancellationToken);

    [Function(nameof(AigneOpenAiImages))]
    public Task AigneOpenAiImages(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/images/generations")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiImages, request, cancellationToken);

    /// <summary>Where AIGNE's client sends a call of <c>openai/…</c> that it makes with OpenAI's client.</summary>
    [Function(nameof(RootChat))]
    public Task RootChat(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "chat/completions")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiChat, request, cancellationToken);
}
