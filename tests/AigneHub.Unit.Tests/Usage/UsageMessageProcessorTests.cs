using System.Diagnostics;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Usage;

public sealed class UsageMessageProcessorTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(Now);
    private readonly MemoryLedger _ledger;
    private readonly Pipeline _pipeline;

    public UsageMessageProcessorTests()
    {
        _ledger = new MemoryLedger(_clock);
        _pipeline = new Pipeline(_ledger, _ledger, _ledger, _clock);
    }

    public void Dispose() => _pipeline.Dispose();

    public static TheoryData<string, string> Faults => new()
    {
        { "cost_differs", "\"cost\":1" },
        { "cost_differs", "\"lines\":[[\"input\",-5,100]]" },
        { "cost_differs", "\"lines\":[[\"input\",9000000000000000000,9000000000000000000]]" },
        { "malformed", "\"lines\":[[\"no_such_kind\",5,100]]" },
        { "malformed", "\"lines\":5" },
        { "malformed", "\"model\":null" },
        { "malformed", "\"outcome\":\"vanished\"" },
        { "malformed", "\"v\":\"1\"" },
        { "malformed", "\"id\":\"3fa85f64-5717-4562-b3fc-2c963f66afa6\"" },
        { "malformed", "\"id\":7" },
        { "account_differs", "\"account\":\"somebody\"" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Settle_OneBadEvent_IsPutAsideAndTheRestSettled(string reason, string replacement)
    {
        var (bad, good) = (UsageSamples.Event(_pipeline.Ids.New()), UsageSamples.Event(_pipeline.Ids.New()));
        var message = Replace(UsageSamples.Messages(_pipeline.Ids, [bad, good]).Single(), replacement);
        await _pipeline.Processor.SettleAsync(message, default);
        await _pipeline.Processor.SettleAsync(message, default);

        var entry = Assert.Single(_ledger.Poisoned);
        Assert.Equal((reason, PoisonKind.Event, PoisonStatus.Open), (entry.Reason, entry.Kind, entry.Status));
        Assert.Equal(good.Id, Assert.Single(await _pipeline.AllLinesAsync()).Event.Id);
        Assert.Single(_pipeline.Incidents.All, incident => incident.Kind == IncidentKind.Poisoned);
    }

    [Theory]
    [InlineData(-31 * 24, "too_old")]
    [InlineData(25, "in_future")]
    public async Task Settle_AnIdFromAnotherTime_IsPutAside(int hours, string reason)
    {
        var usage = UsageSamples.Event(UsageSamples.IdAt(Now.AddHours(hours)));
        await _pipeline.Processor.SettleAsync(UsageSamples.Messages(_pipeline.Ids, [usage]).Single(), default);
        Assert.Equal(reason, Assert.Single(_ledger.Poisoned).Reason);
        Assert.Empty(await _pipeline.AllLinesAsync());
    }

    [Fact]
    public async Task Settle_AnHourThatIsNotTheUnits_IsPutAside()
    {
        var usage = UsageSamples.Event(_pipeline.Ids.New());
        var message = UsageSamples.Messages(_pipeline.Ids, [usage]).Single()
            .Replace("\"hour\":\"2026112312\"", "\"hour\":\"2026112311\"", StringComparison.Ordinal);
        await _pipeline.Processor.SettleAsync(message, default);
        Assert.Equal("hour_differs", Assert.Single(_ledger.Poisoned).Reason);
    }

    [Fact]
    public async Task Settle_ANewerVersion_StaysInTheQueueUntouched()
    {
        var events = new[] { UsageSamples.Event(_pipeline.Ids.New()), UsageSamples.Event(_pipeline.Ids.New()) };
        var message = Replace(UsageSamples.Messages(_pipeline.Ids, events).Single(), "\"v\":2");
        await Assert.ThrowsAsync<UnknownUsageVersionException>(() => _pipeline.Processor.SettleAsync(message, default));
        Assert.Empty(await _pipeline.AllLinesAsync());
        Assert.Empty(_ledger.Poisoned);
    }

    /// <summary>Service Bus delivers a failed message again at once: without the pause an outage of minutes would be its last.</summary>
    [Theory]
    [InlineData(false, typeof(StorageUnavailableException))]
    [InlineData(true, typeof(UnknownUsageVersionException))]
    public async Task SettleOrPause_WhatTimeMends_IsToldAfterThePause(bool isNewer, Type failure)
    {
        var message = UsageSamples.Messages(_pipeline.Ids, [UsageSamples.Event(_pipeline.Ids.New())]).Single();
        _ledger.BeforeWrite = _ => throw new StorageUnavailableException("out");
        var run = _pipeline.Processor.SettleOrPauseAsync(isNewer ? Replace(message, "\"v\":2") : message, default);
        var passed = TimeSpan.Zero;
        while (!run.IsCompleted)
        {
            await Task.Yield();
            _clock.Advance(TimeSpan.FromSeconds(1));
            passed += TimeSpan.FromSeconds(1);
        }

        await Assert.ThrowsAsync(failure, () => run);
        Assert.True(passed >= UsageMessageProcessor.RedeliveryPause, $"Told after {passed}.");
        _ledger.BeforeWrite = _ => Task.CompletedTask;
        await _pipeline.Processor.SettleOrPauseAsync(message, default);
        Assert.Single(await _pipeline.AllLinesAsync());
    }

    [Fact]
    public async Task SettleOrPause_WhatNoTimeMends_IsToldAtOnce() => await Assert.ThrowsAsync<FormatException>(
        () => _pipeline.Processor.SettleOrPauseAsync("hello", default).WaitAsync(TimeSpan.FromMinutes(1)));

    [Fact]
    public async Task Settle_NoUsageMessage_StaysInTheQueue() =>
        await Assert.ThrowsAsync<FormatException>(() => _pipeline.Processor.SettleAsync("hello", default));

    [Fact]
    public async Task Settle_Traced_IsAConsumersSpanOfTheFunctionsRun()
    {
        using var run = new Activity("run").SetIdFormat(ActivityIdFormat.W3C).Start();
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                // All tests' spans are heard.
                if (span.ParentId == run.Id)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var message = UsageSamples.Messages(_pipeline.Ids, [UsageSamples.Event(_pipeline.Ids.New())]).Single();
        await _pipeline.Processor.SettleAsync(message, default);
        await Assert.ThrowsAsync<FormatException>(() => _pipeline.Processor.SettleAsync("hello", default));

        Assert.All(spans, span =>
        {
            Assert.Equal(("settle usage", ActivityKind.Consumer), (span.OperationName, span.Kind));
            Assert.Equal("azure_storage_queue", span.GetTagItem("messaging.system"));
            Assert.Equal("usage", span.GetTagItem("messaging.destination.name"));
            Assert.Equal("settle", span.GetTagItem("messaging.operation.name"));
            Assert.Equal("process", span.GetTagItem("messaging.operation.type"));
        });
        Assert.Equal([null, "System.FormatException"], spans.Select(span => span.GetTagItem("error.type")));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], spans.Select(span => span.Status));
    }

    [Fact]
    public async Task Settle_OneEventTwiceInAUnit_ChargesItOnce()
    {
        var usage = UsageSamples.Event(_pipeline.Ids.New());
        await _pipeline.Processor.SettleAsync(UsageSamples.Messages(_pipeline.Ids, [usage, usage]).Single(), default);
        Assert.Single(await _pipeline.AllLinesAsync());
        Assert.Empty(_ledger.Poisoned);
        Assert.Equal(usage.Cost, (await _ledger.ReadPurseAsync(UsageSamples.Home.Home, 9, default)).Inbox.Sum(row => row.Cost));
    }

    [Fact]
    public async Task Poison_AGivenUpMessage_KeepsEachUnitAndARequeueSettlesItOnce()
    {
        var events = new[] { UsageSamples.Event(UsageSamples.IdAt(Now)), UsageSamples.Event(UsageSamples.IdAt(Now.AddHours(-1))) };
        var message = UsageSamples.Messages(_pipeline.Ids, events).Single();
        await _pipeline.Processor.PoisonAsync(message, default);
        await _pipeline.Processor.PoisonAsync(message, default);
        Assert.Equal(2, _ledger.Poisoned.Count);
        Assert.All(_ledger.Poisoned, entry => Assert.Equal((PoisonKind.Unit, "account:default"), (entry.Kind, entry.Home)));

        foreach (var entry in _ledger.Poisoned)
        {
            Assert.Equal(PoisonDecision.Done, await _pipeline.Box.RequeueAsync(entry.Id, "key_admin", default));
            Assert.Equal(PoisonDecision.Done, await _pipeline.Box.RequeueAsync(entry.Id, "key_admin", default));
        }

        await SettleSentAsync();
        await _pipeline.Processor.SettleAsync(message, default);
        Assert.Equal(2, (await _pipeline.AllLinesAsync()).Count);
        Assert.Equal(2, (await _ledger.ReadPurseAsync(UsageSamples.Home.Home, 9, default)).Inbox.Sum(row => row.Count));
        Assert.All(_ledger.Poisoned, entry => Assert.Equal((PoisonStatus.Requeued, "key_admin"), (entry.Status, entry.DecidedBy)));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public async Task Poison_NoUsageMessage_IsKeptWhole(string message)
    {
        await _pipeline.Processor.PoisonAsync(message, default);
        await _pipeline.Processor.PoisonAsync(message, default);
        var entry = Assert.Single(_ledger.Poisoned);
        Assert.Equal((PoisonKind.Message, message), (entry.Kind, entry.Content));
        await _pipeline.Box.RequeueAsync(entry.Id, "key_admin", default);
        Assert.Equal(message, Assert.Single(_pipeline.Queue.Sent));
    }

    [Fact]
    public async Task Poison_UnitsThatAreNoObjects_AreKept()
    {
        await _pipeline.Processor.PoisonAsync("""{"units":[1,{"id":"bad"}]}""", default);
        Assert.NotEmpty(_ledger.Poisoned);
    }

    [Fact]
    public async Task Requeue_AnEventThatFailsAgain_OpensAgainButARepeatOfTheFirstDeliveryDoesNot()
    {
        var usage = UsageSamples.Event(UsageSamples.IdAt(Now.AddDays(-31)));
        var message = UsageSamples.Messages(_pipeline.Ids, [usage]).Single();
        await _pipeline.Processor.SettleAsync(message, default);
        var id = Assert.Single(_ledger.Poisoned).Id;
        Assert.Equal(usage.Id.ToString("N"), id);
        await _pipeline.Box.RequeueAsync(id, "key_admin", default);

        await _pipeline.Processor.SettleAsync(message, default);
        Assert.Equal(PoisonStatus.Requeued, Assert.Single(_ledger.Poisoned).Status);
        await SettleSentAsync();
        Assert.Equal(PoisonStatus.Open, Assert.Single(_ledger.Poisoned).Status);
    }

    [Fact]
    public async Task Requeue_AnEventPutAsideByMistake_SettlesItOnceHoweverOftenItIsSent()
    {
        // Another hub's clock was a week behind, so that the event looked as if it came from the future.
        var usage = UsageSamples.Event(UsageSamples.IdAt(Now));
        _clock.SetUtcNow(Now.AddDays(2));
        var behind = new Pipeline(_ledger, _ledger, _ledger, new FakeTimeProvider(Now.AddDays(-7)));
        await behind.Processor.SettleAsync(UsageSamples.Messages(_pipeline.Ids, [usage]).Single(), default);
        var id = Assert.Single(_ledger.Poisoned).Id;
        for (var i = 0; i < 3; i++)
        {
            await _pipeline.Box.RequeueAsync(id, "key_admin", default);
        }

        await SettleSentAsync();
        Assert.Equal(usage.Id, Assert.Single(await _pipeline.AllLinesAsync()).Event.Id);
        behind.Dispose();
    }

    [Fact]
    public async Task Drop_ThenAnything_KeepsWhoAndWhy()
    {
        await _pipeline.Processor.PoisonAsync("hello", default);
        var id = Assert.Single(_ledger.Poisoned).Id;
        Assert.Equal(PoisonDecision.NotFound, await _pipeline.Box.DropAsync("none", "key_admin", "test", default));
        Assert.Equal(PoisonDecision.Done, await _pipeline.Box.DropAsync(id, "key_admin", "test data", default));
        Assert.Equal(PoisonDecision.Dropped, await _pipeline.Box.DropAsync(id, "other", "again", default));
        Assert.Equal(PoisonDecision.Dropped, await _pipeline.Box.RequeueAsync(id, "other", default));
        var entry = Assert.Single(_ledger.Poisoned);
        Assert.Equal(("key_admin", "test data", Now), (entry.DecidedBy, entry.DropReason, entry.DecidedAt));
        Assert.Empty(_pipeline.Queue.Sent);
    }

    private async Task SettleSentAsync()
    {
        foreach (var sent in _pipeline.Queue.Sent)
        {
            await _pipeline.Processor.SettleAsync(sent, default);
        }
    }

    /// <summary>Puts another value into the first event's property of this name.</summary>
    private static string Replace(string message, string property)
    {
        var name = property[..(property.IndexOf(':', StringComparison.Ordinal) + 1)];
        var start = message.IndexOf(name, message.IndexOf("\"events\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var end = start + name.Length;
        var depth = 0;
        while (depth > 0 || message[end] is not (',' or '}'))
        {
            depth += message[end] switch { '[' => 1, ']' => -1, _ => 0 };
            end++;
        }

        return message[..start] + property + message[end..];
    }
}
