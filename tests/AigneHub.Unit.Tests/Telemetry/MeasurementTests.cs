using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using AigneHub.Unit.Tests.Tidy;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Telemetry;

/// <summary>What is measured, and that it costs calls no memory.</summary>
public sealed partial class MeasurementTests : IDisposable
{
    private static readonly MeasuredTarget Target = new("openai", "openai", "openai/gpt-4o", "gpt-4o");
    private static readonly PriceLine[] Lines = [new(UnitKind.Input, 7, 1), new(UnitKind.Output, 5, 1)];

    private readonly Meter _meter = new(TelemetryNames.Source);
    private readonly List<string> _seen = [];
    private readonly HashSet<string> _instruments = [];
    private readonly MeterListener _listener = new();
    private bool _isWritten = true;

    public MeasurementTests()
    {
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    /// <summary>The page is the list: names and their attributes.</summary>
    [Fact]
    public void Instruments_InTheDocument_AreTheHubs()
    {
        Listen(_meter);
        _ = new HubMetrics(_meter);
        HubGauges.Add(_meter, null!, null!, null!); // Nobody reads them.
        var rows = Row().Matches(Repository.Read("docs/telemetry.md"));
        Assert.Equal(_instruments.Order(StringComparer.Ordinal), rows.Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal));
        var known = typeof(TelemetryNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        Assert.All(rows.SelectMany(row => Code().Matches(row.Groups[2].Value)), code => Assert.Contains(code.Groups[1].Value, known));
    }

    [Fact]
    public void Call_Measured_AllocatesNothing()
    {
        Listen(_meter);
        var metrics = new HubMetrics(_meter);
        var error = new HubError(502, "upstream_unavailable", Blame.Upstream, "No.");
        _isWritten = false;
        for (var i = 0; i < 3; i++)
        {
            Measure(metrics, error);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Measure(metrics, error);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Settling_Measured_IsTheLagSinceTheCallsEnd()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var ledger = new MemoryLedger(time);
        using var pipeline = new Pipeline(ledger, ledger, ledger, time);
        Listen(pipeline.Meter);
        var id = pipeline.Ids.New();
        time.Advance(TimeSpan.FromSeconds(42));
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(pipeline.Ids, [UsageSamples.Event(id)]).Single(), CancellationToken.None);
        var took = UsageSamples.Event(id).Timings.Total / 1000.0;
        Assert.Equal(["aignehub.settlement.events 1", $"aignehub.settlement.lag {42 - took}"], _seen.Order(StringComparer.Ordinal));

        // What comes again has been measured; what somebody had put aside has not waited for the settler.
        _seen.Clear();
        var (again, late) = (UsageSamples.Event(pipeline.Ids.New()), UsageSamples.Event(pipeline.Ids.New()));
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(pipeline.Ids, [again]).Single(), CancellationToken.None);
        Assert.Equal(2, _seen.Count);
        _seen.Clear();
        await pipeline.Processor.SettleAsync(UsageSamples.Messages(pipeline.Ids, [again]).Single(), CancellationToken.None);
        Assert.Empty(_seen);
        var unit = UsageMessage.Parse(UsageSamples.Messages(pipeline.Ids, [late]).Single()).Single();
        var requeued = Encoding.UTF8.GetString(UsageMessage.OfUnit(unit.OnlyJson(unit.Events[0])));
        await pipeline.Processor.SettleAsync(requeued, CancellationToken.None);
        Assert.Equal(["aignehub.settlement.events 1"], _seen);

        _seen.Clear();
        await Assert.ThrowsAsync<FormatException>(() => pipeline.Processor.SettleAsync("no message", CancellationToken.None));
        Assert.Equal(["aignehub.settlement.failures 1"], _seen);
    }

    [Fact]
    public async Task Leases_Measured_ByOperationAndWhatCameOfIt()
    {
        Listen(_meter);
        var sync = CountedLeases.Counted(
            (_, command, _) => command is SyncCommand.UseLease { Close: true }
                ? throw new StorageUnavailableException("Away.", null)
                : Task.FromResult(new SyncResult(SyncOutcome.Busy, null, 0, false)),
            new HubMetrics(_meter));
        await sync(PurseId.OfAccount("a"), new SyncCommand.UseLease("l", IsNew: true, 0, []), CancellationToken.None);
        await Assert.ThrowsAsync<StorageUnavailableException>(
            () => sync(PurseId.OfAccount("a"), new SyncCommand.UseLease("l", IsNew: false, 0, [], Close: true), CancellationToken.None));
        Assert.Equal(["aignehub.lease.operations 1 open busy", "aignehub.lease.operations 1 close unavailable"], _seen);
    }

    private static void Measure(HubMetrics metrics, HubError error)
    {
        metrics.CallBegan();
        metrics.StreamBegan();
        metrics.Admission("admitted");
        metrics.Attempt("openai", "status_500", isFirst: true);
        metrics.Error("openai.chat", error);
        metrics.Consumed(Target, Lines, 12);
        metrics.FirstByte(Target, streamed: true, TimeSpan.FromMilliseconds(3));
        metrics.Overhead(streamed: true, TimeSpan.FromMilliseconds(1));
        metrics.Operation(Target, "chat", TimeSpan.FromSeconds(1), null);
        metrics.Operation(Target, "chat", TimeSpan.FromSeconds(1), "upstream_unavailable");
        metrics.Tokens(Target, "chat", "input", 7);
        metrics.Streamed(Target, "chat", TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1), 5);
        metrics.Incident(IncidentKind.Poisoned);
        metrics.StreamEnded();
        metrics.CallEnded("openai.chat", "completed", Target, TimeSpan.FromSeconds(1));
    }

    private void Listen(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter)
            {
                _instruments.Add(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.Start();
    }

    private void See<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        if (!_isWritten)
        {
            return;
        }

        var text = FormattableString.Invariant($"{instrument.Name} {value}");
        foreach (var tag in tags)
        {
            text += $" {tag.Value}";
        }

        _seen.Add(text);
    }

    /// <summary>Name and attributes.</summary>
    [GeneratedRegex(@"^\| `((?:aignehub|gen_ai)\.[\w.]+)` \|[^|]*\|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
