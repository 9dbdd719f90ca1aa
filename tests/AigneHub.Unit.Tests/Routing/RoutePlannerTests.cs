using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Routing;

public sealed class RoutePlannerTests
{
    private static readonly ModelRates Priced = new(new Dictionary<UnitKind, Rate>
    {
        [UnitKind.Input] = Rate.Flat(1),
        [UnitKind.Output] = Rate.Flat(2),
    });

    private static readonly ProviderEntry[] AllProviders =
        [Provider("openrouter", 3), Provider("azure-openai", 2), Provider("openai", 1), Provider("sim", 4)];

    private static readonly ModelEntry[] Catalogue =
    [
        Model("openai", "gpt-4o") with { Names = ["gpt-4o-2024-08-06"] },
        Model("openai", "gpt-4o-mini") with { Rules = [NameRule.Parse("^gpt-4o-mini-")] },
        Model("openai", "gpt-old") with { IsDeprecated = true },
        Model("openai", "ft:gpt-4o") with { Rules = [NameRule.Parse("^ft:gpt-4o-")], IsFamily = true },
        Model("openai", "moderation", priced: false),
        Model("azure-openai", "gpt-4o"),
        Model("openrouter", "openai/gpt-4o") with { BareNames = ["gpt-4o"] },
        Model("openrouter", "openai/gpt-4o:free"),
        Model("openrouter", "meta-llama/llama-4"),
        Model("sim", "echo"),
        Model("mistral", "mistral-large"),
        Model("sim", "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1") with { Name = "Claude Sonnet 4.5" },
    ];

    private static ProviderEntry Provider(string id, int rank) =>
        TestProvider.Of(id, new Uri($"https://{id}.example/v1"), "secret", rank);

    private static ModelEntry Model(string provider, string id, bool priced = true) =>
        new(provider, id, null, null, null, priced ? Priced : null);

    private static HubSnapshot Snapshot(HubMode mode = HubMode.Enterprise, params string[] providers) => new(
        mode,
        AllProviders.Where(p => providers.Length == 0 || providers.Contains(p.Id)),
        Catalogue,
        [new KnownProvider("mistral", "Set MISTRAL_API_KEY."), new KnownProvider("openai", "Set OPENAI_API_KEY.")]);

    private static RouteResult Plan(HubSnapshot snapshot, string model, KeyRecord? key = null) =>
        RoutePlanner.Plan(snapshot, new RouteRequest(model, ModelApi.OpenAiChat, key));

    private static string[] Targets(HubSnapshot snapshot, string model)
    {
        var result = Plan(snapshot, model);
        Assert.Null(result.Error);
        return [.. result.Plan!.Targets.Select(t => t.FullName)];
    }

    [Theory]
    [InlineData("sim/arn:aws:bedrock:us-east-1:1:application-inference-profile/a1", "Claude Sonnet 4.5")]
    [InlineData("arn:aws:bedrock:us-east-1:1:application-inference-profile/a1", "Claude Sonnet 4.5")]
    [InlineData("openai/gpt-4o", null)]
    public void Plan_TitledModel_TellsItsTitle(string model, string? title) =>
        Assert.Equal(title, Plan(Snapshot(), model).Plan!.Targets[0].Title);

    private static HubError Error(HubSnapshot snapshot, string model, KeyRecord? key = null)
    {
        var result = Plan(snapshot, model, key);
        Assert.Null(result.Plan);
        return result.Error!;
    }

    [Theory]
    // An explicit provider is the only target; the rest of the name may contain slashes.
    [InlineData("openai/gpt-4o", "openai/gpt-4o")]
    [InlineData("OpenAI/gpt-4o", "openai/gpt-4o")]
    [InlineData("openai/GPT-4O", "openai/gpt-4o")]
    [InlineData("openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o")]
    [InlineData("openrouter/openai/gpt-4o:free", "openrouter/openai/gpt-4o:free")]
    [InlineData("openrouter/gpt-4o", "openrouter/openai/gpt-4o")]
    [InlineData("sim/echo", "sim/echo")]
    // Names of snapshots are sent as they were written, unknown ones too.
    [InlineData("openai/gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06")]
    [InlineData("openai/gpt-99", "openai/gpt-99")]
    // Bare names: every provider that serves it, by rank.
    [InlineData("gpt-4o", "openai/gpt-4o,azure-openai/gpt-4o,openrouter/openai/gpt-4o")]
    [InlineData("gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06")]
    [InlineData("gpt-4o-mini", "openai/gpt-4o-mini")]
    [InlineData("meta-llama/llama-4", "openrouter/meta-llama/llama-4")]
    [InlineData("echo", "sim/echo")]
    [InlineData("gpt-old", "openai/gpt-old")]
    // A newer snapshot of a known model whose provider's rules take it.
    [InlineData("gpt-4o-mini-2026-01-31", "openai/gpt-4o-mini-2026-01-31")]
    [InlineData("gpt-4o-mini-latest", "openai/gpt-4o-mini-latest")]
    public void Plan_KnownName_HasTheTargets(string model, string expected) =>
        Assert.Equal(expected.Split(','), Targets(Snapshot(), model));

    [Theory]
    [InlineData("gpt-4o-minii", "model_not_found", 404)]
    [InlineData("gpt-4o-mini-turbo", "model_not_found", 404)]
    [InlineData("gpt-4o-2026-01-31", "model_not_found", 404)]
    [InlineData("openai/", "model_not_found", 404)]
    [InlineData("/gpt-4o", "model_not_found", 404)]
    [InlineData("nobody/gpt-4o", "model_not_found", 404)]
    [InlineData("ft:gpt-4o", "model_not_found", 404)]
    [InlineData("openai/gpt-4o-mini-/../gpt-4o", "model_not_found", 404)]
    [InlineData("openai/../gpt-4o", "model_not_found", 404)]
    [InlineData("openai/./gpt-4o", "model_not_found", 404)]
    [InlineData("openai/..", "model_not_found", 404)]
    [InlineData("openai/a//b", "model_not_found", 404)]
    [InlineData("openai/a/", "model_not_found", 404)]
    [InlineData("gpt-4o-mini/../gpt-4o", "model_not_found", 404)]
    [InlineData("meta-llama/llama-4/..", "model_not_found", 404)]
    [InlineData("mistral/../x", "model_not_found", 404)]
    [InlineData("..", "model_not_found", 404)]
    [InlineData("mistral-large", "model_not_found", 404)]
    [InlineData("mistral/mistral-large", "provider_not_configured", 503)]
    [InlineData("Mistral/anything", "provider_not_configured", 503)]
    [InlineData("", "model_required", 400)]
    [InlineData("  ", "model_required", 400)]
    public void Plan_UnusableName_TellsWhy(string model, string code, int status)
    {
        var error = Error(Snapshot(), model);
        Assert.Equal((code, status, "model"), (error.Code, error.Status, error.Param));
    }

    [Fact]
    public void Plan_ProviderNotConfigured_SaysHowToConfigureIt()
    {
        var error = Error(Snapshot(), "mistral/mistral-large");
        Assert.Contains("Set MISTRAL_API_KEY.", error.Message, StringComparison.Ordinal);
        Assert.Equal(Blame.Hub, error.Blame);
    }

    [Fact]
    public void Plan_ConfiguredProvidersOnly()
    {
        Assert.Equal(["openrouter/openai/gpt-4o"], Targets(Snapshot(HubMode.Enterprise, "openrouter"), "gpt-4o"));
        Assert.Equal("provider_not_configured", Error(Snapshot(HubMode.Enterprise, "openrouter"), "openai/gpt-4o").Code);
    }

    [Fact]
    public void Plan_UnpricedModel_IsRecordedInEnterpriseAndRefusedInProvider()
    {
        foreach (var name in new[] { "openai/gpt-99", "openai/moderation", "moderation" })
        {
            var plan = Plan(Snapshot(), name).Plan;
            Assert.Null(Assert.Single(plan!.Targets).Rates);
            var error = Error(Snapshot(HubMode.Provider), name);
            Assert.Equal(("model_not_priced", 400), (error.Code, error.Status));
        }

        Assert.Same(Priced, Plan(Snapshot(HubMode.Provider), "openai/gpt-4o").Plan!.Targets[0].Rates);
    }

    [Fact]
    public void Plan_FamilyInProviderMode_IsPricedByItsRules() =>
        Assert.Equal(["openai/ft:gpt-4o-acme"], Targets(Snapshot(HubMode.Provider), "openai/ft:gpt-4o-acme"));

    [Fact]
    public void Plan_Misspelt_SuggestsUpToThreeClosestNames()
    {
        var error = Error(Snapshot(), "gtp-4o");
        Assert.EndsWith(
            "Did you mean 'openai/gpt-4o' or 'azure-openai/gpt-4o' or 'openrouter/openai/gpt-4o'?",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_Misspelt_SuggestsOnlyWhatTheKeyMayCall()
    {
        var key = new KeyRecord
        {
            Id = "key_1",
            Hash = "",
            Account = "a",
            Name = "n",
            Role = Role.Member,
            Hint = "abcd",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Models = ["openrouter/*"],
        };
        var message = Error(Snapshot(), "gtp-4o", key).Message;
        Assert.Contains("openrouter/openai/gpt-4o", message, StringComparison.Ordinal);
        Assert.DoesNotContain("'openai/gpt-4o'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, "model_not_found")]
    [InlineData(257, "model_name_too_long")]
    [InlineData(10_240, "model_name_too_long")]
    public void Plan_HostileName_IsBounded(int length, string code) =>
        Assert.Equal(code, Error(Snapshot(), new string('x', length)).Code);

    [Fact]
    public void Plan_Again_AllocatesNothing()
    {
        var snapshot = Snapshot();
        var first = Plan(snapshot, "gpt-4o").Plan;
        Assert.Same(first, Plan(snapshot, "gpt-4o").Plan);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Plan(snapshot, "gpt-4o");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Plan_EndlessUnknownModels_DoNotFillTheMemory()
    {
        var snapshot = Snapshot();
        for (var i = 0; i < 10_000; i++)
        {
            Plan(snapshot, $"openai/made-up-{i}");
        }

        Assert.InRange(snapshot.Names.Count, 1, 2_048);
        Assert.Equal(3, Targets(snapshot, "gpt-4o").Length);
    }
}
