using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Unit.Tests.Routing;

namespace AigneHub.Unit.Tests.Payments;

public sealed class PlanRightsTests
{
    private static readonly KeyRecord Key = RoutingSamples.Key();

    [Theory]
    [InlineData("openai/gpt-4o", true)]
    [InlineData("groq/llama", false)]
    [InlineData("anthropic/claude", false)]
    public void Allows_KeyAndPlan_BothMustAllow(string model, bool allowed)
    {
        var key = Key with { Models = ["openai/*", "groq/*"], PlanModels = ["openai/*", "anthropic/*"] };
        Assert.Equal(allowed, key.Allows(model));
    }

    [Fact]
    public void Allows_PlanWithoutModels_IsTheKeysAffair()
    {
        Assert.True((Key with { PlanModels = [] }).Allows("openai/gpt-4o"));
        Assert.True((Key with { PlanModels = null }).Allows("openai/gpt-4o"));
        Assert.False((Key with { PlanModels = ModelPatterns.Nothing }).Allows("openai/gpt-4o"));
    }

    [Fact]
    public void Terms_OfAnAccountWithAPlan_HaveItsLimitsBesideItsOwn()
    {
        var account = new OwnerRecord
        {
            Kind = OwnerKind.Account,
            Id = "acme",
            Name = "Acme",
            CreatedAt = default,
            Limits = new RateLimits(RequestsPerMinute: 10),
            Plan = "pro",
        };
        var plan = new Plan
        {
            Id = "pro",
            Name = "Pro",
            Credits = 1,
            Prices = new Dictionary<string, long> { ["usd"] = 1 },
            Limits = new RateLimits(RequestsPerMinute: 60),
            CreatedAt = default,
            UpdatedAt = default,
        };
        var limits = CallTerms.Of(Key, account, null, null, plan).Limits;
        Assert.Equal(["account:acme", "plan:acme"], limits.Select(limit => limit.Subject));
        Assert.Equal(60, limits[1].Limits.RequestsPerMinute);
        Assert.Single(CallTerms.Of(Key, account, null, null).Limits);
    }

    [Fact]
    public void Plan_WrongValues_AreNamed()
    {
        var good = new Plan
        {
            Id = "pro",
            Name = "Pro",
            Credits = 1,
            Prices = new Dictionary<string, long> { ["usd"] = 1 },
            CreatedAt = default,
            UpdatedAt = default,
        };
        Assert.Null(good.WhatIsWrong());
        Assert.Equal("id", (good with { Id = "Pro" }).WhatIsWrong()!.Value.Param);
        Assert.Equal("name", (good with { Name = " " }).WhatIsWrong()!.Value.Param);
        Assert.Equal("credits", (good with { Credits = 0 }).WhatIsWrong()!.Value.Param);
        Assert.Equal("prices", (good with { Prices = new Dictionary<string, long>() }).WhatIsWrong()!.Value.Param);
        Assert.Equal("prices", (good with { Prices = new Dictionary<string, long> { ["USD"] = 1 } }).WhatIsWrong()!.Value.Param);
        Assert.Equal("prices", (good with { Prices = new Dictionary<string, long> { ["usd"] = 0 } }).WhatIsWrong()!.Value.Param);
        Assert.Equal("models", (good with { Models = ["a*b"] }).WhatIsWrong()!.Value.Param);
        Assert.NotNull((good with { Limits = new RateLimits(RequestsPerMinute: 0) }).WhatIsWrong());
    }
}
