using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>
/// AIGNE's lists of models and the state of one: with a key what the key may call, without one, as AIGNE's client asks, what the
/// settings brought, unless <see cref="GatewayOptions.PublicModels"/> is off.
/// </summary>
public sealed class AigneModelEndpoints(
    AigneHandler handler, CallerGate gate, IHubSnapshots snapshots, HealthBoard health, GatewayOptions options)
{
    private static readonly HubError KeyNeeded =
        new(401, "invalid_api_key", Blame.Caller, "This hub shows its models to keys alone. Send one as 'Authorization: Bearer <key>'.");

    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) => handler.AnswerAsync(request, async call =>
    {
        var (list, error) = await ReadAsync(call);
        return list is null ? error : await call.WriteAsync(list, AigneApiJson.Default.IReadOnlyListAigneModelDocument);
    }, cancellationToken);

    public Task ListGroupedAsync(HttpRequest request, CancellationToken cancellationToken) => handler.AnswerAsync(request, async call =>
    {
        var (list, error) = await ReadAsync(call, isKeyNeeded: true);
        return list is null ? error : await call.WriteAsync(
            [.. list.GroupBy(model => model.Model).Select(GroupOf)], AigneApiJson.Default.IReadOnlyListAigneModelGroup);
    }, cancellationToken);

    /// <summary>Always 200: what a call of the model would meet.</summary>
    public Task StatusAsync(HttpRequest request, CancellationToken cancellationToken) => handler.AnswerAsync(request, async call =>
    {
        var (key, error) = await KeyOfAsync(call);
        error ??= snapshots.IsLoaded ? Check(call.Query.Text("model"), key) : GatewayHandler.Starting;
        return await call.WriteAsync(
            error is null ? new AigneStatusDocument(true) : new AigneStatusDocument(false, error.Message, error.Status, error.Code),
            AigneApiJson.Default.AigneStatusDocument);
    }, cancellationToken);

    private HubError? Check(string? model, KeyRecord? key)
    {
        var snapshot = snapshots.Current;
        if (snapshot.Providers.Count == 0)
        {
            return new HubError(503, "provider_not_configured", Blame.Hub, "No provider is configured on this hub.");
        }

        if (model is null)
        {
            return null;
        }

        var (plan, error) = RoutePlanner.Plan(snapshot, new RouteRequest(model, ModelApi.AigneChat, key));
        foreach (var api in (ReadOnlySpan<ModelApi>)[ModelApi.OpenAiEmbeddings, ModelApi.OpenAiImages])
        {
            if (plan is null && error?.Code == RoutePlanner.ApiNotServed)
            {
                (plan, error) = RoutePlanner.Plan(snapshot, new RouteRequest(model, api, key));
            }
        }

        if (plan is null || (key is not null && plan.AllowedFor(key) is null))
        {
            return error ?? Admission.NotAllowed;
        }

        var models = new AigneModels(snapshot, health);
        return plan.Targets.Any(target => models.IsAvailable(target.Provider, target.UpstreamModel))
            ? null
            : new HubError(503, "all_targets_cooling", Blame.Upstream, "The model's providers don't answer at the moment. Retry shortly.");
    }

    private async Task<(IReadOnlyList<AigneModelDocument>? List, HubError? Error)> ReadAsync(AigneCall call, bool isKeyNeeded = false)
    {
        var (key, error) = await KeyOfAsync(call);
        var text = call.Query.Text("type");
        var type = text is null ? null : AigneModelType.Parse(text);
        error ??= !snapshots.IsLoaded ? GatewayHandler.Starting
            : key is null && isKeyNeeded ? KeyNeeded
            : text is not null && type is null
                ? new HubError(400, "invalid_request", Blame.Caller, "'type' must be chat, image, embedding or video.", "type")
            : null;
        return error is null ? ([.. new AigneModels(snapshots.Current, health).List(type, key)], null) : (null, error);
    }

    /// <summary>Null and no error: nobody in particular.</summary>
    private async ValueTask<(KeyRecord? Key, HubError? Error)> KeyOfAsync(AigneCall call)
    {
        if (!KeyAuthenticator.HasKey(call.Request))
        {
            return (null, options.PublicModels ? null : KeyNeeded);
        }

        var (caller, error) = await gate.LetInAsync(call.Request, KeyScope.Models, call.CancellationToken);
        return (caller?.Key, error);
    }

    private static AigneModelGroup GroupOf(IGrouping<string, AigneModelDocument> group) => new(
        group.Key, group.Key, [.. group.Select(RefOf)],
        [.. group.Select(model => new AigneRate(model.Key, model.Type, model.InputPerToken, model.OutputPerToken, RefOf(model)))]);

    private static AigneProviderRef RefOf(AigneModelDocument model) => new(model.ProviderId, model.Provider, model.ProviderDisplayName);
}
