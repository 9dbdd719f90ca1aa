using System.Diagnostics.Metrics;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Core.Telemetry;

/// <summary>
/// What the hub measures of itself: docs/telemetry.md is the list. Recording allocates nothing, and costs next to nothing while
/// nobody listens. Values of attributes come from the hub's own lists, never from callers: their number is bounded.
/// </summary>
public sealed class HubMetrics
{
    // https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<double> ShortSeconds = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    };

    private static readonly InstrumentAdvice<double> LongSeconds = new()
    {
        HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400],
    };

    private static readonly InstrumentAdvice<long> TokenCounts = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private static readonly string[] IncidentKinds = Enum.GetNames<IncidentKind>();

    private readonly UpDownCounter<long> _running;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _units;
    private readonly Counter<long> _cost;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _unexpected;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _admission;
    private readonly Counter<long> _leases;
    private readonly Counter<long> _settled;
    private readonly Counter<long> _settlementFailures;
    private readonly Counter<long> _incidents;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstByte;
    private readonly Histogram<double> _overhead;
    private readonly Histogram<double> _lag;
    private readonly Histogram<double> _genAiDuration;
    private readonly Histogram<long> _genAiTokens;
    private readonly Histogram<double> _genAiFirstChunk;
    private readonly Histogram<double> _tokenTime;

    /// <param name="meter">Named <see cref="TelemetryNames.Source"/>.</param>
    public HubMetrics(Meter meter)
    {
        _running = meter.CreateUpDownCounter<long>("aignehub.calls.running", "{call}", "Model calls that run.");
        _streams = meter.CreateUpDownCounter<long>(
            "aignehub.streams.running", "{call}", "Of them, admitted ones whose answer is streamed.");
        _calls = meter.CreateCounter<long>("aignehub.calls", "{call}", "Model calls that have ended.");
        _duration = meter.CreateHistogram("aignehub.call.duration", "s", "From a call's arrival to its end.", advice: Seconds);
        _firstByte = meter.CreateHistogram(
            "aignehub.call.time_to_first_byte", "s", "From a call's arrival to the first byte sent to its client.", advice: Seconds);
        _overhead = meter.CreateHistogram(
            "aignehub.call.overhead", "s", "Of a call, what the hub itself took until the first byte.", advice: ShortSeconds);
        _units = meter.CreateCounter<long>("aignehub.units", "{unit}", "Tokens, images, seconds and other units that calls consumed.");
        _cost = meter.CreateCounter<long>("aignehub.cost.nano", "{nano}", "What calls cost, in 10⁻⁹ of the hub's unit.");
        _errors = meter.CreateCounter<long>("aignehub.errors", "{error}", "Errors that clients were told.");
        _unexpected = meter.CreateCounter<long>(
            "aignehub.errors.unexpected", "{error}", "Failures that were caught at the edge and answered with a 500.");
        _attempts = meter.CreateCounter<long>("aignehub.attempts", "{attempt}", "Attempts at providers.");
        _admission = meter.CreateCounter<long>("aignehub.admission", "{call}", "Model calls that were admitted or refused.");
        _leases = meter.CreateCounter<long>("aignehub.lease.operations", "{operation}", "Operations on leases in storage.");
        _settled = meter.CreateCounter<long>("aignehub.settlement.events", "{event}", "Usage events that came into the ledger.");
        _lag = meter.CreateHistogram("aignehub.settlement.lag", "s", "From a call's end to its settlement.", advice: LongSeconds);
        _settlementFailures = meter.CreateCounter<long>(
            "aignehub.settlement.failures", "{run}", "Usage messages that could not be settled and come again.");
        _incidents = meter.CreateCounter<long>("aignehub.incidents", "{incident}", "What an operator must look at.");
        _genAiDuration = meter.CreateHistogram(
            "gen_ai.client.operation.duration", "s", "From the first attempt to the end of the answer.", advice: Seconds);
        _genAiTokens = meter.CreateHistogram(
            "gen_ai.client.token.usage", "{token}", "Tokens of a call, prompt and answer apart.", advice: TokenCounts);
        _genAiFirstChunk = meter.CreateHistogram(
            "gen_ai.client.operation.time_to_first_chunk", "s", "From the first attempt to a stream's first byte.", advice: Seconds);
        _tokenTime = meter.CreateHistogram(
            "aignehub.call.time_per_output_token", "s", "Of a stream, for each token after the first.", advice: ShortSeconds);
    }

    /// <summary>Somebody listens to what calls measure.</summary>
    public bool IsListened => _calls.Enabled || _genAiDuration.Enabled;

    public void CallBegan() => _running.Add(1);

    public void StreamBegan() => _streams.Add(1);

    public void StreamEnded() => _streams.Add(-1);

    /// <param name="target">The last one that was tried; null: none was chosen.</param>
    public void CallEnded(string front, string outcome, MeasuredTarget? target, TimeSpan elapsed)
    {
        _running.Add(-1);
        _calls.Add(
            1, new(TelemetryNames.Front, front), new(TelemetryNames.Outcome, outcome),
            new(TelemetryNames.Provider, target?.Provider ?? "none"));
        _duration.Record(elapsed.TotalSeconds, new(TelemetryNames.Front, front), new(TelemetryNames.Outcome, outcome));
    }

    public void FirstByte(in MeasuredTarget target, bool streamed, TimeSpan firstByte) => _firstByte.Record(
        firstByte.TotalSeconds, new(TelemetryNames.Provider, target.Provider), new(TelemetryNames.Form, FormOf(streamed)));

    /// <param name="overhead">What was not spent waiting for vendors: until the first byte, or to the end without one.</param>
    public void Overhead(bool streamed, TimeSpan overhead) =>
        _overhead.Record(overhead.TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.Form, FormOf(streamed)));

    /// <summary>What was charged.</summary>
    /// <param name="cost">Nano; null without a price.</param>
    public void Consumed(MeasuredTarget target, IReadOnlyList<PriceLine> lines, long? cost)
    {
        if (!_units.Enabled)
        {
            return;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Units > 0)
            {
                _units.Add(
                    lines[i].Units, new(TelemetryNames.Unit, UnitKinds.Name(lines[i].Kind)), new(TelemetryNames.Model, target.Model));
            }
        }

        if (cost > 0)
        {
            _cost.Add(cost.Value, new KeyValuePair<string, object?>(TelemetryNames.Model, target.Model));
        }
    }

    public void Error(string front, HubError error) => _errors.Add(
        1, new(TelemetryNames.Front, front), new(TelemetryNames.Blame, NameOf(error.Blame)), new(TelemetryNames.ErrorType, error.Code));

    public void Unexpected() => _unexpected.Add(1);

    /// <param name="failure">Null for an attempt that answered.</param>
    public void Attempt(string provider, string? failure, bool isFirst) => _attempts.Add(
        1, new(TelemetryNames.Provider, provider), new(TelemetryNames.Result, failure ?? "ok"),
        new(TelemetryNames.Attempt, isFirst ? "first" : "repeated"));

    /// <param name="result"><c>admitted</c>, or the code of the refusal.</param>
    public void Admission(string result) => _admission.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Result, result));

    public void Lease(string operation, string result) =>
        _leases.Add(1, new(TelemetryNames.Operation, operation), new(TelemetryNames.Result, result));

    /// <param name="lag">Since the call's end; null where it says nothing of the settler.</param>
    public void Settled(TimeSpan? lag)
    {
        _settled.Add(1);
        if (lag is { } waited)
        {
            _lag.Record(Math.Max(0, waited.TotalSeconds));
        }
    }

    public void SettlementFailed() => _settlementFailures.Add(1);

    public void Incident(IncidentKind kind) =>
        _incidents.Add(1, new KeyValuePair<string, object?>(TelemetryNames.IncidentKind, IncidentKinds[(int)kind]));

    /// <param name="error">The code; null for a whole answer.</param>
    public void Operation(in MeasuredTarget target, string operation, TimeSpan elapsed, string? error)
    {
        ReadOnlySpan<KeyValuePair<string, object?>> tags =
        [
            new(TelemetryNames.OperationName, operation), new(TelemetryNames.ProviderName, target.ProviderName),
            new(TelemetryNames.RequestModel, target.UpstreamModel), new(TelemetryNames.ErrorType, error),
        ];
        _genAiDuration.Record(elapsed.TotalSeconds, error is null ? tags[..^1] : tags);
    }

    /// <param name="type"><c>input</c> or <c>output</c>.</param>
    public void Tokens(in MeasuredTarget target, string operation, string type, long tokens) => _genAiTokens.Record(
        tokens,
        [
            new(TelemetryNames.OperationName, operation), new(TelemetryNames.ProviderName, target.ProviderName),
            new(TelemetryNames.RequestModel, target.UpstreamModel), new(TelemetryNames.TokenType, type),
        ]);

    /// <summary>A stream that was delivered whole.</summary>
    /// <param name="firstByte">Since the first attempt began.</param>
    /// <param name="rest">From the first byte to the end.</param>
    public void Streamed(in MeasuredTarget target, string operation, TimeSpan firstByte, TimeSpan rest, long outputTokens)
    {
        KeyValuePair<string, object?> name = new(TelemetryNames.OperationName, operation);
        KeyValuePair<string, object?> provider = new(TelemetryNames.ProviderName, target.ProviderName);
        KeyValuePair<string, object?> model = new(TelemetryNames.RequestModel, target.UpstreamModel);
        _genAiFirstChunk.Record(firstByte.TotalSeconds, name, provider, model);
        if (outputTokens > 1)
        {
            _tokenTime.Record(rest.TotalSeconds / (outputTokens - 1), name, provider, model);
        }
    }

    private static string FormOf(bool streamed) => streamed ? "stream" : "whole";

    private static string NameOf(Blame blame) => blame switch
    {
        Blame.Caller => "caller",
        Blame.Upstream => "upstream",
        _ => "hub",
    };
}
