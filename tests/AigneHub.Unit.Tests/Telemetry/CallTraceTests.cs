using System.Diagnostics;
using AigneHub.Core.Routing;
using AigneHub.Core.Telemetry;
using AigneHub.Gateway.Telemetry;

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

    private static RouteTarget TargetOf(string vendor) =>
        new(new ProviderEntry("p", vendor, "P", [], [], 1, ClientGonePolicy.Cancel), "invented-by-a-caller", rates: null);
}
