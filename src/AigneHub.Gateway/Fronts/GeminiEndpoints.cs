using AigneHub.Core;
using AigneHub.Gateway.Fronts.Errors;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// <c>POST /v1beta/models/{model}:{method}</c>: the path names model and method, and the query how a stream is framed.
/// https://ai.google.dev/api/generate-content
/// </summary>
public sealed class GeminiEndpoints(GatewayHandler gateway, HubIds ids)
{
    /// <param name="path">What follows <c>models/</c>; a model's slash may be escaped.</param>
    public Task CallAsync(HttpRequest request, string path, CancellationToken cancellationToken)
    {
        var colon = path.LastIndexOf(':');
        var model = Uri.UnescapeDataString(colon < 0 ? path : path[..colon]);
        var sse = request.Query["alt"] == "sse";
        ModelCall? call = (colon < 0 ? "" : path[(colon + 1)..]) switch
        {
            "generateContent" => new ModelCall(ModelFront.GeminiGenerateContent, model),
            "streamGenerateContent" => new ModelCall(
                ModelFront.GeminiGenerateContent, model, Stream: true, sse ? StreamFraming.ServerSentEvents : StreamFraming.JsonArray),
            "countTokens" => new ModelCall(ModelFront.GeminiCountTokens, model),
            "embedContent" => new ModelCall(ModelFront.GeminiEmbedContent, model),
            "batchEmbedContents" => new ModelCall(ModelFront.GeminiBatchEmbedContents, model),
            _ => null,
        };
        if (call is not null)
        {
            return gateway.HandleAsync(call, request, cancellationToken);
        }

        var requestId = ids.New().ToString("N");
        request.HttpContext.Response.Headers["x-request-id"] = requestId;
        var error = new HubError(
            404, "unknown_url", Blame.Caller,
            "Of the Gemini API this hub serves POST /v1beta/models/{model}: with the methods generateContent, "
            + "streamGenerateContent, countTokens, embedContent and batchEmbedContents.");
        return ErrorFormat.Gemini.WriteAsync(request.HttpContext.Response, error, requestId, cancellationToken);
    }
}
