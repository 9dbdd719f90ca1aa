using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Cohere's reranking, both versions.</summary>
public sealed class CohereFunctions(GatewayHandler gateway)
{
    [Function(nameof(RerankV1))]
    public Task RerankV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/rerank")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.CohereRerankV1, request, cancellationToken);

    [Function(nameof(Rerank))]
    public Task Rerank(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v2/rerank")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.CohereRerank, request, cancellationToken);
}
