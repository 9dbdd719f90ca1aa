using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Usage;

public sealed class UsageFlusherTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 5, 30, 0, TimeSpan.Zero));
    private readonly MemoryQueue _queue = new();
    private readonly IncidentLog _incidents = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly UsageFlusherOptions _options = new();
    private readonly HubIds _ids;
    private readonly UsageFlusher _flusher;

    public UsageFlusherTests()
    {
        _ids = new HubIds(_time);
        _flusher = new UsageFlusher(_queue, _ids, _options, _incidents, _time);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _flusher.Dispose();
    }

    [Fact]
    public async Task Record_AfterAPause_IsSentAtOnceAndTheNextWithTheInterval()
    {
        var run = _flusher.RunAsync(_stop.Token);
        Record();
        await UntilAsync(() => _flusher.Counters.Sent == 1);

        Record();
        Record();
        await Task.Delay(50); // Long enough for a wrong send; a right one needs the clock.
        Assert.Equal(1, _flusher.Counters.Sent);
        await AdvanceUntilAsync(() => _flusher.Counters.Sent == 3);

        Assert.Equal(2, _queue.Sent.Count);
        await StopAsync(run);
    }

    [Fact]
    public async Task Record_WhileAMessageIsBeingSent_WaitsForTheNextIntervalInOneMessage()
    {
        var sending = new TaskCompletionSource();
        _queue.OnSend = _ => sending.Task;
        var run = _flusher.RunAsync(_stop.Token);
        Record();
        await UntilAsync(() => _queue.Tried.Count == 1);
        Record();
        Record();
        sending.SetResult();
        await UntilAsync(() => _flusher.Counters.Sent == 1);
        await Task.Delay(50); // Long enough for a wrong send; a right one needs the clock.

        Assert.Single(_queue.Tried);
        await AdvanceUntilAsync(() => _flusher.Counters.Sent == 3);
        Assert.Equal(2, _queue.Tried.Count);
        await StopAsync(run);
    }

    [Fact]
    public async Task Record_MoreThanTheFlushBytes_IsSentBeforeTheInterval()
    {
        var run = _flusher.RunAsync(_stop.Token);
        Record();
        await UntilAsync(() => _flusher.Counters.Sent == 1);

        for (var i = 0; i < 150; i++)
        {
            Record();
        }

        // The clock stands still; what is recorded after the early flush waits for it.
        await UntilAsync(() => _flusher.Counters.Sent >= 50);
        Assert.All(_queue.Tried, message => Assert.True(message.Bytes.Length <= UsageMessage.BytesMax));
        await StopAsync(run);
    }

    [Fact]
    public async Task Send_Fails_TheSameBytesAndIdAreRepeatedWithBackOff()
    {
        var failures = 5;
        _queue.OnSend = _ => failures-- > 0 ? throw new StorageUnavailableException("down") : Task.CompletedTask;
        var run = _flusher.RunAsync(_stop.Token);
        Record();
        await UntilAsync(() => _queue.Tried.Count == 1);
        Record(); // Must not slip into the message that is being repeated.
        await AdvanceUntilAsync(() => _flusher.Counters.Sent == 2);

        var tries = _queue.Tried;
        Assert.Equal(7, tries.Count);
        Assert.All(tries.Take(6), message => Assert.Equal(tries[0].Id, message.Id));
        Assert.All(tries.Take(6), message => Assert.Equal(tries[0].Bytes, message.Bytes));
        Assert.NotEqual(tries[0].Id, tries[6].Id);
        Assert.Equal(5, _flusher.Counters.SendFailures);
        Assert.Single(_incidents.All, incident => incident.Kind == IncidentKind.UsageQueueUnreachable);
        await StopAsync(run);
    }

    [Fact]
    public void Accepting_BacklogAtItsBound_IsFalseButEventsAreTaken()
    {
        _options.BacklogEventsMax = 3;
        Record();
        Record();
        Assert.True(_flusher.Accepting);
        Record();
        Assert.False(_flusher.Accepting);
        Record();
        Assert.Equal(4, _flusher.Counters.Pending);
    }

    [Fact]
    public async Task Accepting_AfterTheOutage_IsTrueAgain()
    {
        _options.BacklogEventsMax = 2;
        var down = true;
        _queue.OnSend = _ => down ? throw new StorageUnavailableException("down") : Task.CompletedTask;
        var run = _flusher.RunAsync(_stop.Token);
        Record();
        Record();
        await UntilAsync(() => _flusher.Counters.SendFailures > 0);
        Assert.False(_flusher.Accepting);

        down = false;
        await AdvanceUntilAsync(() => _flusher.Counters.Pending == 0);
        Assert.True(_flusher.Accepting);
        await StopAsync(run);
    }

    [Fact]
    public async Task Drain_AfterStop_SendsWhatIsLeftBeginningWithTheUnsentMessage()
    {
        _queue.OnSend = token => Task.Delay(Timeout.Infinite, token);
        var run = _flusher.RunAsync(_stop.Token);
        Record();
        await UntilAsync(() => _queue.Tried.Count == 1);
        Record();
        await StopAsync(run);

        _queue.OnSend = _ => Task.CompletedTask;
        Assert.Equal(0, await _flusher.DrainAsync(TimeSpan.FromSeconds(5)));

        Assert.Equal(_queue.Tried[0].Id, _queue.Tried[1].Id);
        Assert.Equal(_queue.Tried[0].Bytes, _queue.Tried[1].Bytes);
        Assert.Equal(2, _flusher.Counters.Sent);
    }

    [Fact]
    public async Task Drain_QueueStaysDown_EndsInTimeAndTellsTheLost()
    {
        _queue.OnSend = _ => throw new StorageUnavailableException("down");
        for (var i = 0; i < 250; i++)
        {
            Record();
        }

        var drain = _flusher.DrainAsync(TimeSpan.FromSeconds(5));
        await AdvanceUntilAsync(() => drain.IsCompleted);

        Assert.Equal(250, await drain);
        Assert.Equal(250, _flusher.Counters.Lost);
        Assert.Contains(_incidents.All, incident => incident.Kind == IncidentKind.UsageLost);
    }

    [Fact]
    public async Task Record_UnwritableEvent_IsCountedLostAndDoesNotStopTheOthers()
    {
        _flusher.Record(UsageSamples.Event(_ids.New(), model: new string('m', 40_000)), UsageSamples.Home);
        _flusher.Record(UsageSamples.Event(_ids.New()) with { Lines = null! }, UsageSamples.Home);
        _flusher.Record(UsageSamples.Event(Guid.NewGuid()), UsageSamples.Home);
        Record();
        await _flusher.DrainAsync(TimeSpan.FromSeconds(5));

        Assert.Equal((3, 1), (_flusher.Counters.Lost, _flusher.Counters.Sent));
    }

    [Fact]
    public async Task Record_TooManyAttempts_SendsTheEventWithoutThem()
    {
        var attempts = Enumerable.Repeat(new AttemptRecord("sim", new string('m', 300), 500, "status_500", 1), 100).ToList();
        _flusher.Record(UsageSamples.Event(_ids.New()) with { Attempts = attempts }, UsageSamples.Home);
        await _flusher.DrainAsync(TimeSpan.FromSeconds(5));

        var raw = Assert.Single(Assert.Single(UsageMessage.Parse(Assert.Single(_queue.Sent))).Events);
        Assert.Empty(raw.Event!.Attempts);
        Assert.NotNull(raw.Event.Cost);
    }

    [Fact]
    public async Task Record_FromManyThreadsWhileRunning_SendsEachEventOnce()
    {
        _options.IntervalMilliseconds = 1;
        using var flusher = new UsageFlusher(_queue, _ids, _options, _incidents, TimeProvider.System);
        var run = flusher.RunAsync(_stop.Token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                flusher.Record(UsageSamples.Event(_ids.New()), UsageSamples.Home);
            }
        })));
        await UntilAsync(() => flusher.Counters.Pending == 0);
        await StopAsync(run);

        var sent = _queue.Sent.SelectMany(UsageMessage.Parse).SelectMany(unit => unit.Events).Select(raw => raw.Id).ToList();
        Assert.Equal(8_000, sent.Count);
        Assert.Equal(8_000, sent.Distinct().Count());
    }

    [Fact]
    public void Record_OnTheCallsPath_AllocatesNextToNothing()
    {
        var usage = UsageSamples.Event(_ids.New());
        for (var i = 0; i < 1_000; i++)
        {
            _flusher.Record(usage, UsageSamples.Home);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            _flusher.Record(usage, UsageSamples.Home);
        }

        // The queue's segments: two references and a sequence number each, in arrays that double.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10_000, 0, 100);
    }

    private void Record() => _flusher.Record(UsageSamples.Event(_ids.New()), UsageSamples.Home);

    private async Task StopAsync(Task run)
    {
        await _stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(5, patience.Token);
        }
    }
}
