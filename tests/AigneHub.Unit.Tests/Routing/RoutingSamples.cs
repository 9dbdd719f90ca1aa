using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Authentication;

namespace AigneHub.Unit.Tests.Routing;

/// <summary>Providers, models and keys to route with.</summary>
internal static class RoutingSamples
{
    public static ProviderEntry Provider(string id, int rank = 1, string dialect = "openai") =>
        new(id, id, id, Apis(dialect, new Uri($"https://{id}.example/v1")), [Credential("c1")], rank, ClientGonePolicy.Cancel);

    private static ApiBinding[] Apis(string dialect, Uri url) => dialect switch
    {
        "openai" => [new ApiBinding(ModelApi.OpenAiChat, Dialect.OpenAi, url)],
        "anthropic" => [new ApiBinding(ModelApi.AnthropicMessages, Dialect.Anthropic, url)],
        _ => [],
    };

    /// <param name="input">Nano per 1,000,000 tokens; the output costs the same; null: no price.</param>
    public static ModelEntry Model(string provider, string id, long? input = 1) =>
        new(provider, id, null, null, null, input is { } rate ? Rates(rate, rate) : null);

    public static ModelRates Rates(long input, long output) => new(new Dictionary<UnitKind, Rate>
    {
        [UnitKind.Input] = Rate.Flat(input),
        [UnitKind.Output] = Rate.Flat(output),
    });

    public static KeyRecord Key(string[]? tags = null, string[]? models = null) => new()
    {
        Id = "key_1",
        Hash = "",
        Account = "a",
        Name = "n",
        Role = Role.Member,
        Hint = "abcd",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Models = models ?? [],
        Tags = tags ?? [],
    };

    public static Caller Caller(KeyRecord? key = null)
    {
        key ??= Key();
        var account = new OwnerRecord { Kind = OwnerKind.Account, Id = key.Account, Name = "A", CreatedAt = DateTimeOffset.UnixEpoch };
        return new Caller(key, CallTerms.Of(key, account, null, null), []);
    }

    public static CredentialEntry Credential(string id, int weight = 1, int tier = 0, string secret = "s") =>
        new(id, CredentialKind.ApiKey, secret, weight, tier);

    public static RouteTarget Target(string provider, string model, params CredentialEntry[] credentials) =>
        new(credentials.Length == 0 ? Provider(provider) : Provider(provider) with { Credentials = credentials }, model, null);

    /// <summary>A plan of an alias without a snapshot.</summary>
    public static RoutePlan Plan(RoutePolicy policy, params RouteTarget[] targets) =>
        new(targets, [targets.Length], new ModelAlias { Name = "alias", Policy = policy, Targets = [] });
}
