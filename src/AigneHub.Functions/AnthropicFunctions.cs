using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The Anthropic API; its list of models is served with OpenAI's.</summary>
public sealed class AnthropicFunctions(GatewayHandler gateway)
{
    [Function(nameof(Messages))]
    public Task Messages(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/messages")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.AnthropicMessages, request, cancellationToken);

    [Function(nameof(CountTokens))]
    public Task CountTokens(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/messages/count_tokens")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.AnthropicCountTokens, request, cancellationToken);
}
