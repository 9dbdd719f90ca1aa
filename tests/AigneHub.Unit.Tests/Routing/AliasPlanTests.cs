using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using static AigneHub.Unit.Tests.Routing.RoutingSamples;

namespace AigneHub.Unit.Tests.Routing;

public sealed class AliasPlanTests
{
    private static readonly ProviderEntry[] Providers =
        [Provider("openai"), Provider("azure", 2), Provider("claude", 1, "anthropic"), Provider("local", 4)];

    private static readonly ModelEntry[] Models =
    [
        Model("openai", "big", 10_000_000), Model("openai", "small", 2_000_000), Model("openai", "cheap", 1_000_000), Model("azure", "big", 20_000_000),
        Model("claude", "opus", 30_000_000), Model("local", "free", null),
    ];

    private static ModelAlias Alias(RoutePolicy policy, params AliasTarget[] targets) =>
        new() { Name = "Best", Policy = policy, Targets = targets };

    private static AliasTarget To(string model, int tier = 0, int weight = 1, RouteCondition? when = null) =>
        new() { Model = model, Tier = tier, Weight = weight, When = when };

    private static HubSnapshot Snapshot(ModelAlias alias, HubMode mode = HubMode.Enterprise) => new(mode, Providers, Models, null, [alias]);

    private static RouteRequest Chat(string model = "best", KeyRecord? key = null) => new(model, ModelApi.OpenAiChat, key);

    private static string Names(HubSnapshot snapshot, in RouteRequest request)
    {
        var (plan, error) = RoutePlanner.Plan(snapshot, in request);
        return plan is null ? error!.Code : Names(plan);
    }

    /// <summary>Tiers are parted by a bar.</summary>
    private static string Names(RoutePlan plan)
    {
        var start = 0;
        List<string> tiers = [];
        foreach (var end in plan.TierEnds)
        {
            tiers.Add(string.Join(',', plan.Targets.Skip(start).Take(end - start).Select(t => t.FullName)));
            start = end;
        }

        return string.Join('|', tiers);
    }

    [Theory]
    [InlineData("Best")]
    [InlineData("best")]
    [InlineData("BEST")]
    public void Plan_AliasInAnyCase_HasItsTargets(string name) =>
        Assert.Equal("openai/small,openai/big", Names(Snapshot(Alias(default, To("openai/small"), To("openai/big"))), Chat(name)));

    [Fact]
    public void Plan_AliasNamedAsAModel_WinsOverIt()
    {
        var alias = Alias(default, To("openai/small")) with { Name = "big" };
        Assert.Equal("openai/small", Names(Snapshot(alias), Chat("big")));
        Assert.Equal("openai/big", Names(Snapshot(alias), Chat("openai/big")));
    }

    [Fact]
    public void Plan_TiersAndFallbacks_ComeInTheirOrder()
    {
        var alias = Alias(default, To("openai/small", tier: 1), To("big"), To("openai/cheap", tier: 1)) with
        {
            Fallbacks = ["local/free", "azure/big"],
        };
        Assert.Equal("openai/big,azure/big|openai/small,openai/cheap|local/free|azure/big", Names(Snapshot(alias), Chat()));
    }

    [Fact]
    public void Plan_TargetsThatCannotBeCalled_AreLeftOut()
    {
        var alias = Alias(default, To("nobody/x"), To("local/free"), To("openai/small"));
        Assert.Equal("local/free,openai/small", Names(Snapshot(alias), Chat()));
        Assert.Equal("openai/small", Names(Snapshot(alias, HubMode.Provider), Chat()));
        Assert.Equal("model_not_found", Names(Snapshot(Alias(default, To("nobody/x"))), Chat()));
        Assert.Equal("model_not_found", Names(Snapshot(Alias(default, To("openai/small/../big"))), Chat()));
        Assert.Equal("model_not_priced", Names(Snapshot(Alias(default, To("local/free")), HubMode.Provider), Chat()));
    }

    [Fact]
    public void Plan_ByApi_HasTheTargetsThatServeIt()
    {
        var snapshot = Snapshot(Alias(default, To("claude/opus"), To("openai/big")));
        Assert.Equal("claude/opus,openai/big", Names(snapshot, Chat()));
        Assert.Equal("claude/opus,openai/big", Names(snapshot, new RouteRequest("best", ModelApi.GeminiGenerateContent)));
        Assert.Equal("claude/opus", Names(snapshot, new RouteRequest("opus", ModelApi.OpenAiChat)));
        Assert.Equal("api_not_served", Names(snapshot, new RouteRequest("best", ModelApi.OpenAiEmbeddings)));
    }

    [Theory]
    [InlineData("claude/opus")]
    [InlineData("opus")]
    public void Plan_ApiThatTheProviderDoesNotServe_NamesThoseItDoes(string model)
    {
        var error = RoutePlanner.Plan(
            Snapshot(Alias(default, To("openai/big"))), new RouteRequest(model, ModelApi.OpenAiEmbeddings)).Error!;
        Assert.Equal((400, "api_not_served"), (error.Status, error.Code));
        Assert.Contains("claude serves Anthropic messages", error.Message, StringComparison.Ordinal);
        Assert.Contains("OpenAI embeddings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_Cheapest_GoesByTheCallsPrice()
    {
        var alias = Alias(RoutePolicy.Cheapest, To("local/free"), To("azure/big"), To("openai/big"), To("openai/small"));
        Assert.Equal("openai/small,openai/big,azure/big,local/free", Names(Snapshot(alias), Chat()));
    }

    [Fact]
    public void Plan_Cheapest_WeighsInputAndOutputOfTheCall()
    {
        ModelEntry[] models =
        [
            new("openai", "reads", null, null, null, Rates(1_000_000, 100_000_000)), new("openai", "writes", null, null, null, Rates(100_000_000, 1_000_000)),
        ];
        var snapshot = new HubSnapshot(
            HubMode.Enterprise, Providers, models, null, [Alias(RoutePolicy.Cheapest, To("openai/reads"), To("openai/writes"))]);
        Assert.Equal("openai/reads,openai/writes", Names(snapshot, Chat() with { Facts = new FakeFacts { InputTokens = 90_000, OutputTokens = 10 } }));
        Assert.Equal("openai/writes,openai/reads", Names(snapshot, Chat() with { Facts = new FakeFacts { InputTokens = 10, OutputTokens = 90_000 } }));
    }

    [Fact]
    public void Plan_Fastest_IsByTimeAndTheUnknownFirst()
    {
        var alias = Alias(RoutePolicy.Fastest, To("openai/big"), To("openai/small"), To("azure/big"));
        var request = Chat() with { FirstByteTimes = new FakeTimes { ["openai/big"] = 900, ["openai/small"] = 300 } };
        Assert.Equal("azure/big,openai/small,openai/big", Names(Snapshot(alias), request));
    }

    [Fact]
    public void Plan_Weighted_GivesEachItsShareFirstAndZeroLast()
    {
        var alias = Alias(
            RoutePolicy.Weighted, To("local/free", weight: 0), To("openai/small", weight: 3), To("openai/big", weight: 1));
        var snapshot = Snapshot(alias);
        var random = new Random(17);
        const int Calls = 4000;
        var small = 0;
        for (var i = 0; i < Calls; i++)
        {
            var plan = RoutePlanner.Plan(snapshot, Chat() with { Random = random }).Plan!;
            Assert.Equal("local/free", plan.Targets[2].FullName);
            small += plan.Targets[0].UpstreamModel == "small" ? 1 : 0;
        }

        Assert.InRange(small, Calls * 0.72, Calls * 0.78);
    }

    [Fact]
    public void Plan_Weighted_ShufflesWithinTiersOnly()
    {
        var alias = Alias(
            RoutePolicy.Weighted, To("openai/small"), To("openai/big"), To("local/free", tier: 1), To("azure/big", tier: 1));
        var snapshot = Snapshot(alias);
        var seen = Enumerable.Range(0, 100).Select(i => Names(snapshot, Chat() with { Random = new Random(i) })).ToHashSet();
        Assert.Equal(4, seen.Count);
        Assert.All(seen, names => Assert.Matches("^openai/.*,openai/.*\\|(local/free,azure/big|azure/big,local/free)$", names));
    }

    public static TheoryData<RouteCondition, bool> Conditions { get; } = new()
    {
        { new RouteCondition(), true },
        { new RouteCondition { KeyTags = ["Gold", "silver"] }, true },
        { new RouteCondition { KeyTags = ["bronze"] }, false },
        { new RouteCondition { Headers = new Dictionary<string, string> { ["X-Team"] = "red" } }, true },
        { new RouteCondition { Headers = new Dictionary<string, string> { ["x-team"] = "Red" } }, false },
        { new RouteCondition { Headers = new Dictionary<string, string> { ["x-team"] = "*" } }, true },
        { new RouteCondition { Headers = new Dictionary<string, string> { ["x-absent"] = "*" } }, false },
        { new RouteCondition { Metadata = new Dictionary<string, string> { ["User"] = "u1" } }, true },
        { new RouteCondition { Metadata = new Dictionary<string, string> { ["user"] = "u2" } }, false },
        { new RouteCondition { Metadata = new Dictionary<string, string> { ["user"] = "u1", ["absent"] = "*" } }, false },
        { new RouteCondition { Modalities = ["audio", "Image"] }, true },
        { new RouteCondition { Modalities = ["audio"] }, false },
        { new RouteCondition { InputTokensMin = 500 }, true },
        { new RouteCondition { InputTokensMin = 501 }, false },
        { new RouteCondition { InputTokensMax = 500 }, true },
        { new RouteCondition { InputTokensMax = 499 }, false },
        { new RouteCondition { InputTokensMin = 100, InputTokensMax = 1000, KeyTags = ["gold"], Modalities = ["image"] }, true },
        { new RouteCondition { InputTokensMin = 100, InputTokensMax = 1000, KeyTags = ["none"], Modalities = ["image"] }, false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Plan_Condition_DecidesWhetherTheTargetTakesPart(RouteCondition condition, bool holds)
    {
        var snapshot = Snapshot(Alias(default, To("openai/small", when: condition), To("openai/big")));
        var request = Chat(key: Key(["gold"])) with { Facts = new FakeFacts { InputTokens = 500 } };
        Assert.Equal(holds ? "openai/small,openai/big" : "openai/big", Names(snapshot, request));
    }

    [Fact]
    public void Plan_NoConditionHolds_SaysWhichAlias()
    {
        var alias = Alias(default, To("openai/small", when: new RouteCondition { InputTokensMin = 1 })) with { Fallbacks = ["openai/big"] };
        var error = RoutePlanner.Plan(Snapshot(alias), Chat()).Error!;
        Assert.Equal((400, "no_target_matches"), (error.Status, error.Code));
        Assert.Contains("'Best'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_WithoutConditionsOrPrices_AsksForNoFact()
    {
        var facts = new FakeFacts();
        foreach (var policy in new[] { RoutePolicy.Priority, RoutePolicy.Weighted, RoutePolicy.Fastest })
        {
            var request = Chat() with { Facts = facts };
            Names(Snapshot(Alias(policy, To("openai/small"), To("openai/big"), To("big", when: new RouteCondition { KeyTags = ["x"] }))), request);
            Names(Snapshot(Alias(policy, To("openai/small"))), Chat("openai/big") with { Facts = facts });
        }

        Assert.Equal(0, facts.Asked);
    }

    [Fact]
    public void Plan_FixedAlias_AllocatesNothingTheSecondTime()
    {
        var snapshot = Snapshot(Alias(default, To("openai/small"), To("openai/big", tier: 1)));
        var request = Chat();
        var first = RoutePlanner.Plan(snapshot, in request).Plan;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var second = RoutePlanner.Plan(snapshot, in request).Plan;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(first, second);
    }

    [Theory]
    [InlineData("openai/small", "openai/small|local/free")]
    [InlineData("local/*", "local/free")]
    [InlineData("Best", "openai/small,openai/big|local/free")]
    [InlineData("openai/nothing", null)]
    public void AllowedFor_Key_KeepsItsTargetsAndTheirTiers(string pattern, string? expected)
    {
        var plan = RoutePlanner.Plan(Snapshot(Alias(default, To("openai/small"), To("openai/big"), To("local/free", tier: 1))), Chat()).Plan!;
        var models = pattern == "openai/small" ? new[] { pattern, "local/free" } : [pattern];
        var allowed = plan.AllowedFor(Key(models: models));
        Assert.Equal(expected, allowed is null ? null : Names(allowed));
        Assert.Same(plan, plan.AllowedFor(Key()));
    }

    [Fact]
    public void Snapshot_Aliases_AreInItsVersion()
    {
        var one = Snapshot(Alias(default, To("openai/small")));
        Assert.Equal(one.Version, Snapshot(Alias(default, To("openai/small"))).Version);
        Assert.NotEqual(one.Version, Snapshot(Alias(default, To("openai/small", weight: 2))).Version);
        Assert.NotEqual(one.Version, new HubSnapshot(HubMode.Enterprise, Providers, Models).Version);
        Assert.Throws<ArgumentException>(() => new HubSnapshot(
            HubMode.Enterprise, Providers, Models, null, [Alias(default), Alias(default) with { Name = "best" }]));
    }

    private sealed class FakeFacts : IRequestFacts
    {
        private readonly int _input;
        private readonly int _output;

        public int Asked { get; private set; }

        public int InputTokens
        {
            get => Count(_input);
            init => _input = value;
        }

        public int OutputTokens
        {
            get => Count(_output);
            init => _output = value;
        }

        public bool Holds(string modality) => Count(modality == "image");

        public string? Metadata(string name) => Count(name.Equals("user", StringComparison.OrdinalIgnoreCase) ? "u1" : null);

        public string? Header(string name) => Count(name.Equals("x-team", StringComparison.OrdinalIgnoreCase) ? "red" : null);

        private T Count<T>(T value)
        {
            Asked++;
            return value;
        }
    }

    private sealed class FakeTimes : Dictionary<string, double>, IFirstByteTimes
    {
        public double? MillisecondsOf(RouteTarget target) => TryGetValue(target.FullName, out var known) ? known : null;
    }
}
