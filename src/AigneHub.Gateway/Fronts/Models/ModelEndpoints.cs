using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.Models;

/// <summary>
/// The models that the caller's key may call: <c>GET /v1/models</c> in OpenAI's shape, or in Anthropic's when
/// <c>anthropic-version</c> is sent, and <c>GET /v1beta/models</c> in Gemini's.
/// </summary>
public sealed class ModelEndpoints(CallerGate gate, IHubSnapshots snapshots, HubIds ids, UnexpectedErrors unexpected)
{
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ListAsync(request, ShapeOf(request), cancellationToken);

    /// <param name="id">As one path segment, <c>provider%2Fmodel</c>, or as it is.</param>
    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        GetAsync(request, ShapeOf(request), id, cancellationToken);

    public Task ListGeminiAsync(HttpRequest request, CancellationToken cancellationToken) =>
        ListAsync(request, ModelListing.Gemini, cancellationToken);

    /// <inheritdoc cref="GetAsync(HttpRequest, string, CancellationToken)"/>
    public Task GetGeminiAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        GetAsync(request, ModelListing.Gemini, id, cancellationToken);

    private static ModelListing ShapeOf(HttpRequest request) =>
        request.Headers.ContainsKey("anthropic-version") ? ModelListing.Anthropic : ModelListing.OpenAi;

    private Task ListAsync(HttpRequest request, ModelListing listing, CancellationToken cancellationToken) =>
        AnswerAsync(request, listing, caller => (listing.List([.. ModelsFor(caller, listing)]), null), cancellationToken);

    private Task GetAsync(HttpRequest request, ModelListing listing, string id, CancellationToken cancellationToken)
    {
        var name = Uri.UnescapeDataString(id);
        return AnswerAsync(request, listing, caller =>
        {
            var found = ModelsFor(caller, listing).FirstOrDefault(m => m.Name == name);
            return found is null ? (null, NotFound(name)) : (listing.One(found), null);
        }, cancellationToken);
    }

    /// <summary>The aliases first.</summary>
    private IEnumerable<ListedModel> ModelsFor(Caller caller, ModelListing listing)
    {
        var snapshot = snapshots.Current;
        var aliases = snapshot.Aliases.Values
            .Where(alias => listing.Apis.Any(api => IsServed(snapshot, alias, api, caller.Key)))
            .OrderBy(alias => alias.Name, StringComparer.Ordinal);
        var models = snapshot.Models.Where(model =>
            caller.Key.Allows(model.FullName)
            && listing.Apis.Any(api => snapshot.FindProvider(model.Provider)?.BindingFor(api, model.Id) is not null));
        return [.. aliases.Select(ListedModel.Of), .. models.Select(model => ListedModel.Of(model, snapshot.Mode))];
    }

    /// <summary>Whether a request could be sent somewhere; whether its conditions hold is seen with the request.</summary>
    private static bool IsServed(HubSnapshot snapshot, ModelAlias alias, ModelApi api, KeyRecord key) =>
        RoutePlanner.Plan(snapshot, new RouteRequest(alias.Name, api, key)) switch
        {
            { Plan: { } plan } => plan.AllowedFor(key) is not null,
            { Error.Code: "no_target_matches" } => true,
            _ => false,
        };

    private async Task AnswerAsync(
        HttpRequest request, ModelListing listing, Func<Caller, (byte[]? Document, HubError? Error)> answer,
        CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        try
        {
            var (caller, error) = await gate.LetInAsync(
                request, KeyScope.Models, cancellationToken, queryKey: listing == ModelListing.Gemini);
            (var document, error) = caller is null ? (null, error) : snapshots.IsLoaded ? answer(caller) : (null, GatewayHandler.Starting);
            if (document is null)
            {
                await listing.Errors.WriteAsync(response, error!, requestId, cancellationToken);
                return;
            }

            response.ContentType = "application/json";
            response.ContentLength = document.Length;
            await response.Body.WriteAsync(document, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client has gone, or the hub stops.
        }
#pragma warning disable CA1031 // A bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e) when (!response.HasStarted)
#pragma warning restore CA1031
        {
            await listing.Errors.WriteAsync(response, unexpected.Report(requestId, e), requestId, cancellationToken);
        }
    }

    private static HubError NotFound(string name) => new(
        404, "model_not_found", Blame.Caller,
        $"The model '{(name.Length <= 100 ? name : name[..100] + "…")}' does not exist here, or this key may not call it. "
        + "See the list of models.", "model");
}
