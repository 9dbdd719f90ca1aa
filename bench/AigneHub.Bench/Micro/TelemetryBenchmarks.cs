using System.Diagnostics;
using System.Diagnostics.Metrics;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Telemetry;
using AigneHub.Providers;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Bench.Micro;

/// <summary>All that telemetry adds to a call with one attempt, and who listens.</summary>
[MemoryDiagnoser]
public class TelemetryBenchmarks
{
    private static readonly PriceLine[] Lines = [new(UnitKind.Input, 7, 1), new(UnitKind.Output, 5, 1)];

    private readonly RouteTarget _target = new(
        new ProviderEntry("openai", "openai", "OpenAI", [], [], 0, ClientGonePolicy.Cancel), "gpt-4o",
        new ModelRates(new Dictionary<UnitKind, Rate> { [UnitKind.Input] = Rate.Flat(1), [UnitKind.Output] = Rate.Flat(1) }))
    {
        EntryId = "gpt-4o",
    };

    private readonly CallResult _result = new()
    {
        Outcome = CallOutcome.Completed,
        Usage = new TokenUsage { Input = 7, Output = 5 },
    };

    private Meter _meter = null!;
    private MeterListener? _measurements;
    private ActivityListener? _spans;
    private CallTelemetry _telemetry = null!;
    private Caller _caller = null!;

    /// <summary>Who listens: nobody, measurements alone, measurements and all spans.</summary>
    [Params("nobody", "measurements", "spans")]
    public string Listener { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _meter = new Meter(TelemetryNames.Source);
        _telemetry = new CallTelemetry(new HubMetrics(_meter), new TelemetryOptions());
        var key = new KeyRecord { Id = "key_1", Hash = "", Account = "a", Name = "n", Role = Role.Member, Hint = "", CreatedAt = default };
        var account = new OwnerRecord { Kind = OwnerKind.Account, Id = "a", Name = "A", CreatedAt = default };
        _caller = new Caller(key, CallTerms.Of(key, account, null, null), []);
        if (Listener != "nobody")
        {
            _measurements = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
            _measurements.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
            _measurements.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
            _measurements.Start();
        }

        if (Listener == "spans")
        {
            _spans = new ActivityListener
            {
                ShouldListenTo = source => source.Name == TelemetryNames.Source,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            };
            ActivitySource.AddActivityListener(_spans);
        }
    }

    [GlobalCleanup]
    public void Clean()
    {
        _measurements?.Dispose();
        _spans?.Dispose();
        _meter.Dispose();
    }

    /// <summary>The call's state is made in each, as without telemetry: <see cref="Without"/> is what it takes alone.</summary>
    [Benchmark]
    public void With()
    {
        var exchange = NewExchange();
        _telemetry.Begin(exchange);
        CallTelemetry.Authenticate(exchange);
        _telemetry.Admit(exchange);
        using (AttemptTrace.Begin(exchange))
        {
            exchange.AddAttempt(new AttemptRecord("openai", "gpt-4o", 200, null, 1));
        }

        exchange.MarkFirstByte();
        _telemetry.Charge(exchange, Charged(exchange));
        _telemetry.End(exchange, _result);
    }

    [Benchmark(Baseline = true)]
    public void Without()
    {
        var exchange = NewExchange();
        exchange.AddAttempt(new AttemptRecord("openai", "gpt-4o", 200, null, 1));
        exchange.MarkFirstByte();
        Charged(exchange);
    }

    private static UsageEvent Charged(Exchange exchange) => new()
    {
        Id = exchange.Id,
        Account = "a",
        Key = "key_1",
        Model = "openai/gpt-4o",
        Front = "openai.chat",
        Outcome = CallOutcome.Completed,
        Lines = Lines,
        Cost = 12,
        RateVersion = "",
        Attempts = exchange.Attempts,
        Timings = new CallTimings(1, 1, 1),
    };

    private Exchange NewExchange() => new(ModelFront.OpenAiChat, new DefaultHttpContext(), Guid.Empty, TimeProvider.System)
    {
        Caller = _caller,
        Head = RequestHeadParser.Parse("""{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hi"}]}"""u8, HeadShape.Chat).Head!,
        Target = _target,
    };
}
