using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Authentication;
using AigneHub.Wire.OpenAi;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.OpenAi;

/// <summary>
/// <c>GET /v1/models</c> and <c>/v1/models/{id}</c>: what the caller's key may call, by name.
/// https://platform.openai.com/docs/api-reference/models
/// </summary>
public sealed class ModelEndpoints(KeyAuthenticator authenticator, IHubSnapshots snapshots, HubIds ids, UnexpectedErrors unexpected)
{
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        AnswerAsync(request, (caller, response) =>
        {
            var models = snapshots.Current.Models.Where(m => caller.Key.Allows(m.FullName)).Select(ToWire);
            return JsonSerializer.SerializeAsync(
                response.Body, new OpenAiModelList([.. models]), OpenAiJson.Default.OpenAiModelList, cancellationToken);
        }, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken)
    {
        // Clients send the name as one path segment, "provider%2Fmodel", or as it is.
        var name = Uri.UnescapeDataString(id);
        return AnswerAsync(request, (caller, response) =>
        {
            var found = snapshots.Current.Models.FirstOrDefault(m => m.FullName == name && caller.Key.Allows(m.FullName));
            return found is null
                ? OpenAiErrors.WriteAsync(response, NotFound(name), cancellationToken)
                : JsonSerializer.SerializeAsync(response.Body, ToWire(found), OpenAiJson.Default.OpenAiModel, cancellationToken);
        }, cancellationToken);
    }

    private async Task AnswerAsync(HttpRequest request, Func<Caller, HttpResponse, Task> answer, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        response.ContentType = "application/json";
        try
        {
            var (caller, error) = await authenticator.AuthenticateAsync(request, cancellationToken);
            await (caller is null ? OpenAiErrors.WriteAsync(response, error!, cancellationToken) : answer(caller, response));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client has gone, or the hub stops.
        }
#pragma warning disable CA1031 // A bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e) when (!response.HasStarted)
#pragma warning restore CA1031
        {
            await OpenAiErrors.WriteAsync(response, unexpected.Report(requestId, e), cancellationToken);
        }
    }

    private static OpenAiModel ToWire(ModelEntry model) => new(model.FullName, 0, model.Provider);

    private static HubError NotFound(string name) => new(
        404, "model_not_found", Blame.Caller,
        $"The model '{(name.Length <= 100 ? name : name[..100] + "…")}' does not exist here, or this key may not call it. "
        + "See GET /v1/models.", "model");
}
