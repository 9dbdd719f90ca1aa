using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Credit;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>
/// AIGNE's lists of models and the state of one: with a key what the key may call, without one, as AIGNE's client asks, what the
/// settings brought, unless <see cref="GatewayOptions.PublicModels"/> is off.
/// </summary>
public sealed class AigneModelEndpoints(
    AigneHandler handler, CallerGate gate, IHubSnapshots snapshots, HealthBoard health, PurseReader purses,
    GatewayOptions options)
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
        var (caller, error) = await CallerOfAsync(call);
        error ??= !snapshots.IsLoaded ? GatewayHandler.Starting
            : caller is null ? null
            : await CheckCreditAsync(caller, call.CancellationToken);
        error ??= Check(call.Query.Text("model"), caller?.Key);
        return await call.WriteAsync(
            AigneStatusDocument.Of(error, options.PaymentLink), AigneApiJson.Default.AigneStatusDocument);
    }, cancellationToken);

    /// <summary>
    /// Whether any of what pays for the caller's calls is used up; how much a call would need, only the call tells.
    /// </summary>
    private async Task<HubError?> CheckCreditAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var purse in caller.Terms.Binding)
            {
                if ((await purses.ReadAsync(purse, cancellationToken)).Balance <= 0)
                {
                    return CreditErrors.UsedUp(purse, snapshots.Current.Mode, options.PaymentLink);
                }
            }

            return null;
        }
        catch (StorageUnavailableException)
        {
            return CreditErrors.Unavailable;
        }
    }

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
        foreach (var api in (ReadOnlySpan<ModelApi>)[ModelApi.OpenAiEmbeddings, ModelApi.OpenAiImages, ModelApi.OpenAiVideos])
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
        var (caller, error) = await CallerOfAsync(call);
        var text = call.Query.Text("type");
        var type = text is null ? null : AigneModelType.Parse(text);
        error ??= !snapshots.IsLoaded ? GatewayHandler.Starting
            : caller is null && isKeyNeeded ? KeyNeeded
            : text is not null && type is null
                ? new HubError(400, "invalid_request", Blame.Caller, "'type' must be chat, image, embedding or video.", "type")
            : null;
        return error is null ? ([.. new AigneModels(snapshots.Current, health).List(type, caller?.Key)], null) : (null, error);
    }

    /// <summary>Null and no error: nobody in particular.</summary>
    private async ValueTask<(Caller? Caller, HubError? Error)> CallerOfAsync(AigneCall call)
    {
        if (!KeyAuthenticator.HasKey(call.Request))
        {
            return (null, options.PublicModels ? null : KeyNeeded);
        }

        return await gate.LetInAsync(call.Request, KeyScope.Models, call.CancellationToken);
    }

    private static AigneModelGroup GroupOf(IGrouping<string, AigneModelDocument> group) => new(
        group.Key, group.Key, [.. group.Select(RefOf)],
        [.. group.Select(model => new AigneRate(model.Key, model.Type, model.InputPerToken, model.OutputPerToken, RefOf(model)))]);

    private static AigneProviderRef RefOf(AigneModelDocument model) => new(model.ProviderId, model.Provider, model.ProviderDisplayName);
}
