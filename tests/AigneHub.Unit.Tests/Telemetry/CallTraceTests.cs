using System.Diagnostics;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Telemetry;
using AigneHub.Gateway.Telemetry;
using AigneHub.Unit.Tests.Routing;

namespace AigneHub.Unit.Tests.Telemetry;

/// <summary>Who learns the trace of a call.</summary>
public sealed class CallTraceTests
{
    [Theory]
    [InlineData(TraceVendors.None, "custom-openai", false)]
    [InlineData(TraceVendors.Custom, "custom-openai", true)]
    [InlineData(TraceVendors.Custom, "openai", false)]
    [InlineData(TraceVendors.All, "openai", true)]
    public void Headers_OfAnAttempt_HoldItsTraceForThoseWhoMayKnow(TraceVendors vendors, string vendor, bool told)
    {
        using var span = new Activity("POST") { TraceStateString = "a=b" }.SetIdFormat(ActivityIdFormat.W3C).Start();
        var trace = new CallTrace { Vendors = vendors, AttemptSpan = span };
        KeyValuePair<string, string>[] headers = [new("anthropic-version", "1")];
        IEnumerable<string> names = told ? ["anthropic-version", "traceparent", "tracestate"] : ["anthropic-version"];
        var sent = trace.Headers(TargetOf(vendor), headers);
        Assert.Equal(names, sent.Select(header => header.Key));
        Assert.Equal(told ? span.Id : null, sent.FirstOrDefault(header => header.Key == "traceparent").Value);
    }

    [Fact]
    public void Headers_WithoutASpan_AreAsTheyWere()
    {
        KeyValuePair<string, string>[] headers = [new("anthropic-version", "1")];
        Assert.Same(headers, new CallTrace { Vendors = TraceVendors.All }.Headers(TargetOf("openai"), headers));
    }

    /// <summary>A caller must not be able to make as many time series as it likes.</summary>
    [Fact]
    public void Measured_ModelsWithoutAPrice_AreOthers()
    {
        var target = MeasuredTarget.Of(TargetOf("bedrock"));
        Assert.Equal(new MeasuredTarget("p", "aws.bedrock", "p/other", "other"), target);
    }

    [Fact]
    public void Measured_NamesThatARuleRecognises_AreTheirEntrys()
    {
        var snapshot = new HubSnapshot(
            HubMode.Enterprise, [RoutingSamples.Provider("openai")],
            [RoutingSamples.Model("openai", "gpt-4o") with { Rules = [NameRule.Parse("^gpt-4o-")], Names = ["gpt-4o-named"] }], null, []);
        string[] called = ["gpt-4o", "gpt-4o-named", "gpt-4o-invented-by-a-caller", "gpt-4o-2099-01-01"];
        Assert.All(called, name =>
        {
            var (plan, error) = RoutePlanner.Plan(
                snapshot, new RouteRequest($"openai/{name}", ModelApi.OpenAiChat, RoutingSamples.Key()));
            Assert.Null(error);
            var target = plan!.Targets[0];
            Assert.Equal(name, target.UpstreamModel);
            Assert.Equal(new MeasuredTarget("openai", "openai", "openai/gpt-4o", "gpt-4o"), MeasuredTarget.Of(target));
            var pinned = plan.PinnedTo("openai", "c1")!.Targets[0];
            Assert.Equal(MeasuredTarget.Of(target), MeasuredTarget.Of(pinned));
        });
    }

    private static RouteTarget TargetOf(string vendor) =>
        new(new ProviderEntry("p", vendor, "P", [], [], 1, ClientGonePolicy.Cancel), "invented-by-a-caller", rates: null);
}
