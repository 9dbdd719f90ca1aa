using AigneHub.Core.Accounts;
using AigneHub.Core.Limits;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Limits;

public sealed class RateLimiterTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Admit_RequestsUsedUp_SaysWhichLimitAndWhenItBeginsAnew()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 2, TokensPerMinute: 1_000));
        hub.Advance(TimeSpan.FromSeconds(15));
        Assert.True(hub.Passes(0) && hub.Passes(0));
        var refusal = hub.Call(0).Refusal!;
        Assert.Equal((LimitedHub.Subject, LimitKind.Requests, 2L), (refusal.Subject, refusal.Kind, refusal.Limit));
        Assert.Equal(TimeSpan.FromSeconds(45), refusal.RetryAfter);
        hub.Advance(refusal.RetryAfter);
        Assert.True(hub.Passes(0));
    }

    [Fact]
    public void Admit_NeedsMoreThanTheWholeLimit_PassesWhileSomethingIsLeft()
    {
        var hub = new LimitedHub(2, new RateLimits(TokensPerMinute: 1_000));
        Assert.True(hub.Passes(0, 999));
        Assert.True(hub.Passes(1, 5_000));
        Assert.Equal(LimitKind.Tokens, hub.Call(0, 1).Refusal!.Kind);
        Assert.Equal(LimitKind.Tokens, hub.Call(1, 1).Refusal!.Kind);
        hub.Advance(Minute);
        Assert.True(hub.Passes(1, 5_000));
    }

    [Fact]
    public void Admit_ClaimsForMoreThanAQuarterOfTheLimit_LeaveRoomForOthers()
    {
        var hub = new LimitedHub(1, new RateLimits());
        IReadOnlyList<LimitedBy> two = [.. LimitedHub.By(new RateLimits(TokensPerMinute: 1_000)), new("account:a", new RateLimits(TokensPerMinute: 10_000))];
        var claim = new ForeseenTokens(10, 128 * 16_384);
        var first = hub.Call(0, two, null, claim).Pass!;
        Assert.Equal(750, first.Tightest(LimitKind.Tokens)!.Value.Remaining);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(hub.Call(0, two, null, claim).Pass);
        }

        Assert.Equal(LimitedHub.Subject, hub.Call(0, two, null, claim).Refusal!.Subject);
        first.End(110);
        Assert.Equal(140, first.Tightest(LimitKind.Tokens)!.Value.Remaining);
        Assert.NotNull(hub.Call(0, [two[1]], null, claim).Pass); // Each limit counts its own part: four quarters of the smaller one.
    }

    [Theory]
    [InlineData(600, 5_000, 600)] // What is sent is used, however large it is.
    [InlineData(10, 5_000, 250)]
    [InlineData(10, 90, 100)]
    [InlineData(0, 0, 1)]
    public void Foreseen_OfALimit_IsAllOfThePromptAndAQuarterAtMostForClaims(long prompt, long answer, long taken) =>
        Assert.Equal(taken, new ForeseenTokens(prompt, answer).Of(1_000));

    [Fact]
    public void End_LessUsedThanForeseen_TheRestIsThereAgain()
    {
        var hub = new LimitedHub(2, new RateLimits(TokensPerMinute: 1_000));
        var pass = hub.Call(0, 1_000).Pass!;
        Assert.False(hub.Passes(0, 1));
        pass.End(100);
        pass.End(0); // Once is enough.
        Assert.Equal(900, pass.Tightest(LimitKind.Tokens)!.Value.Remaining);
        Assert.True(hub.Passes(0, 500));
        hub.Advance(TimeSpan.FromSeconds(4)); // Given back, and looked at again.
        Assert.True(hub.Passes(1, 399));
        Assert.True(hub.Passes(1, 1));
        Assert.False(hub.Passes(1, 1));
    }

    [Fact]
    public void End_MoreUsedThanForeseen_IsChargedOnAllInstances()
    {
        var hub = new LimitedHub(2, new RateLimits(TokensPerMinute: 1_000));
        hub.Call(0, 10).Pass!.End(1_000);
        hub.Advance(TimeSpan.FromMilliseconds(250));
        Assert.False(hub.Passes(1, 1));
        Assert.False(hub.Passes(0, 1));
    }

    [Fact]
    public void End_InALaterWindow_ChargesItWithTheRestAndGivesItNothing()
    {
        var hub = new LimitedHub(1, new RateLimits(TokensPerMinute: 1_000));
        var (less, more) = (hub.Call(0, 400).Pass!, hub.Call(0, 100).Pass!);
        hub.Advance(Minute);
        less.End(0);
        Assert.Equal(999, hub.Call(0, 1).Pass!.Tightest(LimitKind.Tokens)!.Value.Remaining);
        more.End(600);
        Assert.Equal(499, more.Tightest(LimitKind.Tokens)!.Value.Remaining);
    }

    [Fact]
    public void Return_CallWasNotMade_NothingCounts()
    {
        var hub = new LimitedHub(1, new RateLimits(1, 100, 1));
        for (var i = 0; i < 5; i++)
        {
            hub.Call(0, 100, streamed: true).Pass!.Return();
        }

        Assert.NotNull(hub.Call(0, 100, streamed: true).Pass);
    }

    [Fact]
    public void Admit_AnotherSubjectRefuses_NothingOfTheFirstIsTaken()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 10));
        IReadOnlyList<LimitedBy> both = [.. LimitedHub.By(new RateLimits(RequestsPerMinute: 10)), new("account:a", new RateLimits(1))];
        Assert.NotNull(hub.Call(0, both, null).Pass);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("account:a", hub.Call(0, both, null).Refusal!.Subject);
        }

        Assert.Equal(8, hub.Call(0).Pass!.Tightest(LimitKind.Requests)!.Value.Remaining);
    }

    [Fact]
    public void Admit_LimitOfTheModel_CountsAllItsCallers()
    {
        var hub = new LimitedHub(1, new RateLimits());
        var model = LimitedBy.OfModel("openai/gpt-5", new RateLimits(RequestsPerMinute: 2));
        Assert.NotNull(hub.Call(0, [], model).Pass);
        Assert.NotNull(hub.Call(0, LimitedHub.By(new RateLimits(9)), model).Pass);
        var refusal = hub.Call(0, [], model).Refusal!;
        Assert.Equal("model openai/gpt-5", LimitedBy.Title(refusal.Subject));
    }

    [Fact]
    public void Admit_StreamsOfTheInstance_AreCountedUntilTheyEnd()
    {
        var hub = new LimitedHub(2, new RateLimits(ConcurrentStreams: 2));
        var first = hub.Call(0, streamed: true).Pass!;
        Assert.NotNull(hub.Call(0, streamed: true).Pass);
        var refusal = hub.Call(0, streamed: true).Refusal!;
        Assert.Equal((LimitKind.Streams, TimeSpan.FromSeconds(1)), (refusal.Kind, refusal.RetryAfter));
        Assert.NotNull(hub.Call(0).Pass); // Not streamed.
        Assert.NotNull(hub.Call(1, streamed: true).Pass); // Another instance.
        hub.Advance(TimeSpan.FromMinutes(5)); // However long it is.
        Assert.NotNull(hub.Call(0, streamed: true).Refusal);
        first.End(0);
        Assert.NotNull(hub.Call(0, streamed: true).Pass);
        Assert.Equal(0, hub.Store.Operations);
    }

    [Fact]
    public void Admit_StorageAway_EachInstanceKeepsToItsShare()
    {
        var hub = new LimitedHub(4, new RateLimits(RequestsPerMinute: 100, TokensPerMinute: 1_000));
        for (var i = 0; i < 8; i++)
        {
            Assert.True(hub.Passes(i % 4));
            hub.Advance(i == 3 ? Minute : TimeSpan.Zero); // What the window before tells of how many they are.
        }

        hub.Store.IsAway = true;
        hub.Advance(Minute);
        for (var i = 0; i < 4; i++)
        {
            var passed = Enumerable.Range(0, 100).Count(_ => hub.Passes(i));
            Assert.Equal(25, passed);
        }

        hub.Store.IsAway = false;
        hub.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(100, hub.Store.Rows[LimitedHub.Subject].Value.Requests); // All of it is known then.
        Assert.False(hub.Passes(0));
        Assert.Empty(hub.Incidents.All);
    }

    [Fact]
    public async Task Admit_StorageHangs_ACallWaitsASecondAndTheNextOnesDoNot()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 2));
        var hanging = new TaskCompletionSource();
        hub.Store.BeforeRead = () => hanging.Task;
        var admitting = hub[0].AdmitAsync(LimitedHub.By(new RateLimits(2)), null, new(1, 0), false, default);
        Assert.False(admitting.IsCompleted);
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await admitting).Pass);
        Assert.True(hub.Passes(0));
        Assert.False(hub.Passes(0));
        hanging.SetResult();
    }

    [Fact]
    public async Task Admit_ClientLeavesWhileItWaits_NothingCounts()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 1));
        var hanging = new TaskCompletionSource();
        hub.Store.BeforeRead = () => hanging.Task;
        using var leaving = new CancellationTokenSource();
        var admitting = hub[0].AdmitAsync(LimitedHub.By(new RateLimits(1)), null, new(1, 0), false, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await admitting);
        hub.Store.BeforeRead = () => Task.CompletedTask;
        hanging.SetResult();
        Assert.NotNull((await hub[0].AdmitAsync(LimitedHub.By(new RateLimits(1)), null, new(1, 0), false, default)).Pass);
    }

    [Fact]
    public async Task Admit_InstancesClocksDiffer_WindowsAreStorages()
    {
        var hub = new LimitedHub(1, new RateLimits(RequestsPerMinute: 10));
        var (passed, ahead) = (0, new FakeTimeProvider(hub.Clock.GetUtcNow().AddHours(7)));
        var other = new RateLimiter(hub.Store, hub.Incidents, new Random(1), ahead);
        for (var i = 0; i < 40; i++)
        {
            passed += hub.Passes(0) ? 1 : 0;
            passed += (await other.AdmitAsync(LimitedHub.By(new RateLimits(10)), null, new(1, 0), false, default)).Pass is null ? 0 : 1;
            hub.Advance(TimeSpan.FromSeconds(1));
            ahead.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(10, passed);
    }

    [Fact]
    public async Task Admit_ManyAtOnceOnFourInstances_TheLimitHolds()
    {
        var clock = new StoppedClock();
        var store = new MemoryLimits(clock) { BeforeRead = async () => await Task.Yield() };
        var log = new AigneHub.Testing.IncidentLog();
        RateLimiter[] instances = [.. Enumerable.Range(0, 4).Select(i => new RateLimiter(store, log, new Random(i), clock))];
        var calls = Enumerable.Range(0, 1_022).Select(i => Task.Run(
            async () => await instances[i % 4].AdmitAsync(LimitedHub.By(new RateLimits(100, 100_000)), null, new(10, 0), false, default)));
        var results = await Task.WhenAll(calls);
        Assert.Equal(100, results.Count(result => result.Pass is not null));
        Assert.Empty(log.All);
    }

    /// <summary>Time stands still; pauses end all the same.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

        public override long GetTimestamp() => 0;
    }
}
