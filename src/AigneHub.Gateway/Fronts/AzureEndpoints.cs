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
    // The longer of two that end alike comes first.
    private static readonly (string Operation, ModelFront Front)[] Operations =
    [
        ("chat/completions", ModelFront.OpenAiChat),
        ("completions", ModelFront.OpenAiCompletions),
        ("responses", ModelFront.OpenAiResponses),
        ("embeddings", ModelFront.OpenAiEmbeddings),
        ("moderations", ModelFront.OpenAiModerations),
        ("images/generations", ModelFront.OpenAiImages),
        ("images/edits", ModelFront.OpenAiImageEdits),
        ("videos", ModelFront.OpenAiVideos),
        ("audio/transcriptions", ModelFront.OpenAiTranscriptions),
        ("audio/translations", ModelFront.OpenAiTranslations),
        ("audio/speech", ModelFront.OpenAiSpeech),
    ];

    /// <param name="path">Deployment and operation. The deployment may hold slashes, escaped or, as Azure's clients send it, not.</param>
    public Task DeploymentAsync(HttpRequest request, string path, CancellationToken cancellationToken)
    {
        foreach (var (operation, front) in Operations)
        {
            if (path.EndsWith("/" + operation, StringComparison.Ordinal))
            {
                var model = Uri.UnescapeDataString(path[..^(operation.Length + 1)]);
                return gateway.HandleAsync(new ModelCall(front, model), request, cancellationToken);
            }
        }

        return NotServedAsync(request, cancellationToken);
    }

    /// <param name="operation">E.g. <c>chat/completions</c>; the body names the model.</param>
    public Task CallAsync(HttpRequest request, string operation, CancellationToken cancellationToken)
    {
        var front = Array.Find(Operations, o => o.Operation == operation).Front;
        return front is null ? NotServedAsync(request, cancellationToken) : gateway.HandleAsync(front, request, cancellationToken);
    }

    private Task NotServedAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var requestId = ids.New().ToString("N");
        request.HttpContext.Response.Headers["x-request-id"] = requestId;
        var error = new HubError(
            404, "unknown_url", Blame.Caller,
            $"At Azure OpenAI's paths this hub serves {string.Join(", ", Operations.Select(o => o.Operation))}.");
        return ErrorFormat.OpenAi.WriteAsync(request.HttpContext.Response, error, requestId, cancellationToken);
    }
}
