namespace AigneHub.Core.Routing;

/// <summary>Why there is no plan.</summary>
internal static class RouteErrors
{
    private const int ProvidersShownMax = 3;

    public static HubError ModelRequired { get; } =
        Of(400, "model_required", "Name a model in 'model', as provider/model.");

    public static HubError NameTooLong { get; } =
        Of(400, "model_name_too_long", $"A model name has at most {RoutePlanner.NameCharactersMax} characters.");

    public static HubError NotPriced(string name) =>
        Of(400, "model_not_priced", $"The model '{name}' has no price on this hub, so it can't be called.");

    public static HubError NotConfigured(KnownProvider provider) => new(
        503, "provider_not_configured", Blame.Hub,
        $"The provider '{provider.Id}' is not configured on this hub. {provider.HowToConfigure}", "model");

    public static HubError NotFound(string name, string advice) =>
        Of(404, "model_not_found", $"No provider of this hub is known to serve the model '{name}'. {advice}");

    /// <param name="targets">At least one.</param>
    public static HubError ApiNotServed(string name, ModelApi api, IEnumerable<RouteTarget> targets)
    {
        var served = targets.Select(t => t.Provider).DistinctBy(p => p.Id).Take(ProvidersShownMax).Select(provider =>
        {
            var apis = provider.Apis.Select(b => b.Api).ToArray();
            return apis.Length == 0
                ? $"{provider.Id} serves none that this hub knows"
                : $"{provider.Id} serves {string.Join(", ", apis.Select(a => a.Title()))}";
        });
        return Of(
            400, "api_not_served",
            $"The model '{name}' can't be called through the {api.Title()} API: {string.Join("; ", served)}.");
    }

    public static HubError NoTargetMatches(string alias) => Of(
        400, "no_target_matches",
        $"None of the targets of the alias '{alias}' is meant for a request like this: their conditions don't hold.");

    private static HubError Of(int status, string code, string message) => new(status, code, Blame.Caller, message, "model");
}
