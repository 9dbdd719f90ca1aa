using System.Diagnostics.Metrics;
using AigneHub.Core;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Usage;

/// <summary>A queue that nobody empties is seen by its age.</summary>
public sealed class UsageQueueWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly Meter _meter = new(TelemetryNames.Source);
    private readonly MeterListener _listener = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly AgedQueue _queue = new();
    private readonly UsageQueueWatch _watch;

    public UsageQueueWatchTests() => _watch = new UsageQueueWatch(_queue, new HubMetrics(_meter), _time);

    public void Dispose()
    {
        _stop.Dispose();
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Age_OfAQueueThatStands_IsMeasuredUntilItIsUnknown()
    {
        Listen();
        _queue.Oldest = _time.GetUtcNow().AddMinutes(-7);
        var running = _watch.RunAsync(_stop.Token);
        Assert.Equal(TimeSpan.FromMinutes(7), _watch.Age);
        Assert.Equal(1, _queue.Looks);

        _queue.OnLook = () => throw new StorageUnavailableException("Away.", null);
        _time.Advance(3 * UsageQueueWatch.Pause);
        Assert.Null(_watch.Age);
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Age_OfAnEmptyQueue_IsZero()
    {
        Listen();
        var running = _watch.RunAsync(_stop.Token);
        Assert.Equal(TimeSpan.Zero, _watch.Age);
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Queue_WhileNobodyListens_IsNotAsked()
    {
        var running = _watch.RunAsync(_stop.Token);
        Assert.Equal(0, _queue.Looks);
        Assert.Null(_watch.Age);
        await _stop.CancelAsync();
        await running;
    }

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.Start();
    }

    private sealed class AgedQueue : IUsageQueue, IUsageQueueAge
    {
        public DateTimeOffset? Oldest { get; set; }

        public Action OnLook { get; set; } = () => { };

        public int Looks { get; private set; }

        public Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken)
        {
            Looks++;
            OnLook();
            return Task.FromResult(Oldest);
        }
    }
}
