using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Storage.Tests.Configuration;

internal static class ConfigurationSamples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly HubIds Ids = new(TimeProvider.System);

    public static ProviderRecord Provider(string id) => new()
    {
        Id = id,
        Vendor = "custom-openai",
        DisplayName = "Größe \"1\"",
        BaseUrl = "https://example.test/v1",
        Rank = 2,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    /// <summary>Without a secret.</summary>
    public static CredentialRecord Credential(string provider) => new()
    {
        Id = CredentialRecord.NewId(Ids),
        Provider = provider,
        Name = "c",
        Kind = CredentialKind.EntraId,
        Weight = 7,
        Tier = 3,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public static ModelRecord Model(string provider, string id) => new()
    {
        Provider = provider,
        Id = id,
        Name = "M",
        ContextWindow = 1_000,
        MaxOutput = 100,
        Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = 1_250_000_000, [UnitKind.CacheWrite5m] = 0 },
        InputModalities = ["text", "image"],
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public static AliasRecord Alias(string name) => new()
    {
        Alias = new ModelAlias
        {
            Name = name,
            Policy = RoutePolicy.Cheapest,
            SessionAffinity = true,
            Targets =
            [
                new AliasTarget { Model = "a/b", Weight = 0, Tier = 1 },
                new AliasTarget
                {
                    Model = "c/d",
                    When = new RouteCondition
                    {
                        Headers = new Dictionary<string, string> { ["x-team"] = "*" },
                        Metadata = new Dictionary<string, string> { ["user"] = "ü" },
                        KeyTags = ["t"],
                        Modalities = ["image"],
                        InputTokensMin = 1,
                        InputTokensMax = 2,
                    },
                },
            ],
            Fallbacks = ["e/f"],
        },
        CreatedAt = Now,
        UpdatedAt = Now,
    };
}
