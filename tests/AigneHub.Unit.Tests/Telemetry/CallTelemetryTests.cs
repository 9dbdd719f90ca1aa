using System.Diagnostics;
using System.Diagnostics.Metrics;
using AigneHub.Core;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Telemetry;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Telemetry;

/// <summary>What one call tells of itself, and whom its trace belongs to.</summary>
public sealed class CallTelemetryTests : IDisposable
{
    private const string Client = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static readonly HubError Broken = new(502, "upstream_unavailable", Blame.Upstream, "No.");

    private readonly FakeTimeProvider _time = new();
    private readonly Meter _meter = new(TelemetryNames.Source);
    private readonly List<string> _seen = [];
    private readonly MeterListener _measurements = new();
    private readonly ActivityListener _spans = new()
    {
        ShouldListenTo = source => source.Name == TelemetryNames.Source,
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public CallTelemetryTests()
    {
        _measurements.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _measurements.SetMeasurementEventCallback<long>((instrument, value, _, _) => _seen.Add($"{instrument.Name} {value}"));
        _measurements.SetMeasurementEventCallback<double>(
            (instrument, value, _, _) => _seen.Add(FormattableString.Invariant($"{instrument.Name} {value}")));
        _measurements.Start();
        ActivitySource.AddActivityListener(_spans);
    }

    public void Dispose()
    {
        _spans.Dispose();
        _measurements.Dispose();
        _meter.Dispose();
    }

    /// <summary>2 s of the hub's own, 5 s at the vendor, which fails.</summary>
    [Fact]
    public void Overhead_WithoutAFirstByte_IsOfTheWholeCall()
    {
        var telemetry = Telemetry();
        var exchange = Begin(telemetry);
        _time.Advance(TimeSpan.FromSeconds(5));
        exchange.AddAttempt(new AttemptRecord("openai", "gpt", 500, "status_500", 5000));
        _time.Advance(TimeSpan.FromSeconds(2));
        telemetry.End(exchange, new CallResult { Outcome = CallOutcome.Failed, Error = Broken });
        Assert.Contains("aignehub.call.overhead 2", _seen);
        Assert.DoesNotContain(_seen, line => line.StartsWith("aignehub.call.time_to_first_byte", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_ToldAfterAResult_AreCountedOnce()
    {
        var telemetry = Telemetry();
        var exchange = Begin(telemetry);
        telemetry.Fail(exchange, new HubError(500, "internal_error", Blame.Hub, "The answer could not be written."));
        telemetry.End(exchange, new CallResult { Outcome = CallOutcome.Failed, Error = Broken });
        Assert.Single(_seen, line => line.StartsWith("aignehub.errors ", StringComparison.Ordinal));
        Assert.Equal("internal_error", exchange.Trace.Error!.Code);
    }

    [Theory]
    [InlineData("gpt-2099-01-01", "gpt-2099-01-01")]
    [InlineData(null, "gpt")]
    public void Span_OfAnAnswer_HasItsModelAndId(string? answeredBy, string told)
    {
        var telemetry = Telemetry();
        var exchange = Begin(telemetry);
        exchange.AddAttempt(new AttemptRecord("openai", "gpt", 200, null, 5));
        exchange.AnsweredBy = answeredBy;
        exchange.AnswerId = "chatcmpl-1";
        telemetry.End(exchange, new CallResult { Outcome = CallOutcome.Completed });
        Assert.Equal(told, exchange.Trace.Span!.GetTagItem("gen_ai.response.model"));
        Assert.Equal("chatcmpl-1", exchange.Trace.Span.GetTagItem("gen_ai.response.id"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    public void Span_OfAClientThatIsTrusted_GoesOnWithItsTrace(bool? trusted)
    {
        var span = Begin(Telemetry(trusted), Client).Trace.Span!;
        Assert.Equal(Client[..52], $"00-{span.TraceId}-{span.ParentSpanId}");
        Assert.Empty(span.Links);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Span_OfAStranger_BeginsATraceWithALink(bool hasServerSpan)
    {
        using var request = hasServerSpan ? new Activity("POST").SetIdFormat(ActivityIdFormat.W3C).SetParentId(Client).Start() : null;
        var telemetry = Telemetry(trusted: false);
        var exchange = Begin(telemetry, Client);
        var span = exchange.Trace.Span!;
        Assert.Equal(default, span.ParentSpanId);
        Assert.NotEqual(Client.Split('-')[1], span.TraceId.ToString());
        var link = Assert.Single(span.Links).Context;
        Assert.Equal(Client.Split('-')[1], link.TraceId.ToString());
        Assert.Equal(request?.SpanId.ToString() ?? Client.Split('-')[2], link.SpanId.ToString());
    }

    [Fact]
    public void Span_OfAClientWithoutATrace_IsBelowItsRequest()
    {
        using var request = new Activity("POST").SetIdFormat(ActivityIdFormat.W3C).Start();
        Assert.Equal(request.SpanId, Begin(Telemetry(trusted: false)).Trace.Span!.ParentSpanId);
    }

    /// <summary>Content that can't be told must not cost the call's measurements, nor leave its span open.</summary>
    [Fact]
    public void End_ThatFails_HasMeasuredAndEndsTheSpan()
    {
        var telemetry = Telemetry();
        var exchange = Begin(telemetry);
        exchange.Trace.Content = new CallContent(10);
        Assert.Throws<NullReferenceException>(() => telemetry.End(exchange, new CallResult { Outcome = CallOutcome.Completed }));
        Assert.True(exchange.Trace.Span!.IsStopped);
        Assert.Contains("aignehub.calls 1", _seen);
    }

    private CallTelemetry Telemetry(bool? trusted = null) =>
        new(new HubMetrics(_meter), new TelemetryOptions { TrustClientTraces = trusted });

    /// <summary>A call that is admitted and at its first attempt.</summary>
    private Exchange Begin(CallTelemetry telemetry, string? traceparent = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["traceparent"] = traceparent;
        var target = RoutingSamples.Target("openai", "gpt");
        var exchange = new Exchange(ModelFront.OpenAiChat, http, Guid.CreateVersion7(), _time)
        {
            Caller = RoutingSamples.Caller(),
            Head = new RequestHead { Model = "openai/gpt", StartBrace = 0, EndBrace = 0 },
            Target = target,
        };
        telemetry.Begin(exchange);
        telemetry.Admit(exchange);
        using var attempts = new HealthBoard(new HealthOptions(), _time).Begin(
            RoutingSamples.Plan(default, target), 1, TimeSpan.FromMinutes(1));
        exchange.BeginAttempt(target, target.Provider.Credentials[0], attempts);
        return exchange;
    }
}
