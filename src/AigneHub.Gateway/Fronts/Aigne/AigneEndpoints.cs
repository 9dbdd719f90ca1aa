using AigneHub.Core;
using AigneHub.Gateway.Fronts.Errors;
using AigneHub.Wire.Sse;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// AIGNE Hub's model calls, <c>POST /api/v2/…</c>, and at their old paths <c>/api/v1/…</c> and <c>/api/v1/sdk/…</c>.
/// </summary>
public sealed class AigneEndpoints(GatewayHandler gateway, HubIds ids)
{
    private const string OldPrefix = "sdk/";

    /// <param name="operation">What follows the version, e.g. <c>chat</c>.</param>
    public Task CallAsync(HttpRequest request, string operation, CancellationToken cancellationToken)
    {
        ModelCall? call = operation switch
        {
            "chat" => ModelFront.AigneChat,
            "chat/completions" or "completions" => new ModelCall(ModelFront.AigneCompletions, Stream: AsksForFrames(request)),
            "embeddings" => ModelFront.AigneEmbeddings,
            "image" => ModelFront.AigneImage,
            "image/generations" or "images/generations" => ModelFront.AigneImageGenerations,
            "video" or "video/generations" => ModelFront.AigneVideo,
            "audio/transcriptions" => ModelFront.OpenAiTranscriptions,
            "audio/translations" => ModelFront.OpenAiTranslations,
            "audio/speech" => ModelFront.OpenAiSpeech,
            _ => null,
        };
        return call is null
            ? NotServedAsync(request, cancellationToken)
            : gateway.HandleAsync(call with { ProjectLabel = AigneProject.Of(request) }, request, cancellationToken);
    }

    /// <inheritdoc cref="CallAsync"/>
    public Task CallOldAsync(HttpRequest request, string operation, CancellationToken cancellationToken) => CallAsync(
        request, operation.StartsWith(OldPrefix, StringComparison.Ordinal) ? operation[OldPrefix.Length..] : operation, cancellationToken);

    /// <summary>AIGNE's clients accept events alone; OpenAI's, of which some accept both, ask for a stream in the body.</summary>
    private static bool AsksForFrames(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains(SseText.ContentType, StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("json", StringComparison.OrdinalIgnoreCase);
    }

    private Task NotServedAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var requestId = ids.New().ToString("N");
        request.HttpContext.Response.Headers["x-request-id"] = requestId;
        var error = new HubError(
            404, "unknown_url", Blame.Caller,
            "Of AIGNE Hub's model calls this hub serves POST /api/v2/chat, /chat/completions, /completions, /embeddings, /image, "
            + "/image/generations, /video, /video/generations and /audio/….");
        return ErrorFormat.Aigne.WriteAsync(request.HttpContext.Response, error, requestId, cancellationToken);
    }
}
