using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Fronts.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The Gemini API.</summary>
public sealed class GeminiFunctions(GeminiEndpoints gemini, ModelEndpoints models)
{
    /// <summary>The path's end is <c>{model}:{method}</c>.</summary>
    [Function(nameof(GeminiCall))]
    public Task GeminiCall(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1beta/models/{*path}")] HttpRequest request,
        string path,
        CancellationToken cancellationToken) => gemini.CallAsync(request, path, cancellationToken);

    [Function(nameof(ListGeminiModels))]
    public Task ListGeminiModels(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1beta/models")] HttpRequest request,
        CancellationToken cancellationToken) => models.ListGeminiAsync(request, cancellationToken);

    [Function(nameof(GetGeminiModel))]
    public Task GetGeminiModel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1beta/models/{*id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => models.GetGeminiAsync(request, id, cancellationToken);
}
