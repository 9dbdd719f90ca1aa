using AigneHub.Gateway;
using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>OpenAI's audio API.</summary>
public sealed class AudioFunctions(GatewayHandler gateway)
{
    [Function(nameof(Transcriptions))]
    public Task Transcriptions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/audio/transcriptions")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiTranscriptions, request, cancellationToken);

    [Function(nameof(Translations))]
    public Task Translations(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/audio/translations")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiTranslations, request, cancellationToken);

    [Function(nameof(Speech))]
    public Task Speech(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/audio/speech")] HttpRequest request,
        CancellationToken cancellationToken) => gateway.HandleAsync(ModelFront.OpenAiSpeech, request, cancellationToken);
}
