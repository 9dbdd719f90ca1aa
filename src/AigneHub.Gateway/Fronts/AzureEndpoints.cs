using AigneHub.Core;
using AigneHub.Gateway.Fronts.Errors;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// The OpenAI API at Azure OpenAI's paths, for clients made for Azure: the deployment is the model, the
/// <c>api-version</c> has no say. https://learn.microsoft.com/azure/foundry/openai/reference
/// </summary>
public sealed class AzureEndpoints(GatewayHandler gateway, HubIds ids)
{
    /// <param name="model">The deployment; null when the body names the model. A slash may be escaped.</param>
    /// <param name="operation">E.g. <c>chat/completions</c>.</param>
    public Task CallAsync(HttpRequest request, string? model, string operation, CancellationToken cancellationToken)
    {
        var front = operation switch
        {
            "chat/completions" => ModelFront.OpenAiChat,
            "responses" => ModelFront.OpenAiResponses,
            "completions" => ModelFront.OpenAiCompletions,
            "embeddings" => ModelFront.OpenAiEmbeddings,
            "moderations" => ModelFront.OpenAiModerations,
            _ => null,
        };
        if (front is not null)
        {
            return gateway.HandleAsync(
                new ModelCall(front, model is null ? null : Uri.UnescapeDataString(model)), request, cancellationToken);
        }

        var requestId = ids.New().ToString("N");
        request.HttpContext.Response.Headers["x-request-id"] = requestId;
        var error = new HubError(
            404, "unknown_url", Blame.Caller,
            "At Azure OpenAI's paths this hub serves chat/completions, responses, completions, embeddings and moderations.");
        return ErrorFormat.OpenAi.WriteAsync(request.HttpContext.Response, error, requestId, cancellationToken);
    }
}
