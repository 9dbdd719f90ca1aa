using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Unit.Tests.Routing;

namespace AigneHub.Unit.Tests.Keys;

public sealed class KeyRightsTests
{
    private static readonly KeyRecord Own = RoutingSamples.Key(tags: ["gold"], models: ["openai/*", "fast"]) with
    {
        ModelsDenied = ["openai/o1*"],
        Scopes = [KeyScope.Chat, KeyScope.Models],
        IpRanges = [AddressRange.Parse("10.0.0.0/8")!],
        ExpiresAt = DateTimeOffset.UnixEpoch.AddDays(1),
    };

    [Fact]
    public void WhatIsMore_SameOrLess_IsNothing()
    {
        Assert.Null(KeyRights.WhatIsMore(Own, Own));
        Assert.Null(KeyRights.WhatIsMore(RoutingSamples.Key(tags: ["gold"]), Own));
        Assert.Null(KeyRights.WhatIsMore(Own, Own with
        {
            Models = ["openai/gpt-5", "openai/gpt-4*"],
            ModelsDenied = ["OPENAI/o*"],
            Scopes = [KeyScope.Chat],
            IpRanges = [AddressRange.Parse("10.1.0.0/16")!],
            ExpiresAt = DateTimeOffset.UnixEpoch,
            Tags = [],
        }));
    }

    public static TheoryData<string> Fields => ["models", "modelsDenied", "scopes", "ipRanges", "expiresAt", "tags"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void WhatIsMore_OneFieldLooser_IsNamed(string field)
    {
        KeyRecord[] looser = field switch
        {
            "models" =>
                [Own with { Models = [] }, Own with { Models = ["*"] }, Own with { Models = ["openai/*", "groq/x"] }, Own with { Models = ["Fast"] }],
            "modelsDenied" => [Own with { ModelsDenied = [] }, Own with { ModelsDenied = ["openai/o1"] }],
            "scopes" => [Own with { Scopes = [] }, Own with { Scopes = [KeyScope.Chat, KeyScope.Images] }],
            "ipRanges" =>
                [Own with { IpRanges = [] }, Own with { IpRanges = [AddressRange.Parse("10.0.0.0/7")!] },
                    Own with { IpRanges = [AddressRange.Parse("10.1.0.0/16")!, AddressRange.Parse("::/0")!] }],
            "expiresAt" => [Own with { ExpiresAt = null }, Own with { ExpiresAt = Own.ExpiresAt!.Value.AddTicks(1) }],
            _ => [Own with { Tags = ["gold", "silver"] }],
        };
        Assert.All(looser, made => Assert.Equal(field, KeyRights.WhatIsMore(Own, made)?.Param));
    }

    [Fact]
    public void Plan_OfDeniedModels_LosesThemThroughAliasesAndFallbacks()
    {
        var plan = new RoutePlan(
            [RoutingSamples.Target("openai", "o1-pro"), RoutingSamples.Target("openai", "gpt-5"), RoutingSamples.Target("groq", "llama")], [1, 2, 3],
            new ModelAlias { Name = "fast", Policy = RoutePolicy.Priority, Targets = [] });
        RoutePlan? Left(params string[] denied) => plan.AllowedFor(Own with { ModelsDenied = denied });
        string? Names(params string[] denied) => Left(denied) is { } left ? string.Join(' ', left.Targets.Select(t => t.FullName)) : null;

        // The alias is allowed, and so are its targets; but deny wins, in whatever case it is written.
        Assert.Equal("openai/o1-pro openai/gpt-5 groq/llama", Names());
        Assert.Equal("openai/gpt-5 groq/llama", Names("OpenAI/o1*"));
        Assert.Equal([1, 2], Left("openai/o1*")!.TierEnds);
        Assert.Equal("groq/llama", Names("openai/*"));
        Assert.Null(Names("openai/*", "groq/llama"));
        Assert.Null(Names("FAST"));
        Assert.False((Own with { Models = [], ModelsDenied = ["openai/o1*"] }).Allows("openai/o1-pro"));
        Assert.True((Own with { Models = [], ModelsDenied = ["openai/o1*"] }).Allows("openai/gpt-5"));
    }

    [Fact]
    public void Terms_OfKeyMadeWithAnother_CountInThatOnesBudgetAndLimits()
    {
        var account = new OwnerRecord { Kind = OwnerKind.Account, Id = "a", Name = "A", CreatedAt = default };
        var budget = new PurseTerms(Core.Ledger.PurseKind.Hard, new Core.Ledger.Budget(5, Core.Ledger.PeriodLength.Day, "UTC"));
        var parent = RoutingSamples.Key() with { Id = "key_p", Terms = budget, Limits = new RateLimits(RequestsPerMinute: 5) };
        var made = RoutingSamples.Key() with { Id = "key_m", Parent = "key_p", Limits = new RateLimits(RequestsPerMinute: 2) };

        var terms = CallTerms.Of(made, account, null, null, null, parent);
        Assert.Equal(["account:a", "key:key_p"], terms.Purses.All.Select(purse => purse.Value));
        Assert.Equal("key:key_p", Assert.Single(terms.Binding).Value);
        Assert.Equal(["key:key_p 5", "key:key_m 2"], terms.Limits.Select(limit => $"{limit.Subject} {limit.Limits.RequestsPerMinute}"));

        terms = CallTerms.Of(made with { Terms = budget }, account, null, null, null, parent with { Terms = null });
        Assert.Equal(["account:a", "key:key_m"], terms.Purses.All.Select(purse => purse.Value));
        Assert.Equal(["key:key_m 2", "key:key_p 5"], terms.Limits.Select(limit => $"{limit.Subject} {limit.Limits.RequestsPerMinute}"));
    }
}
