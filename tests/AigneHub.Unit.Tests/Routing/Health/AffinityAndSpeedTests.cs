using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using Microsoft.Extensions.Time.Testing;
using static AigneHub.Unit.Tests.Routing.RoutingSamples;

namespace AigneHub.Unit.Tests.Routing.Health;

public sealed class AffinityAndSpeedTests
{
    private const ulong Conversation = 42;
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);
    private readonly FakeTimeProvider _time = new();
    private readonly HealthBoard _board;

    public AffinityAndSpeedTests() => _board = new HealthBoard(new HealthOptions(), _time, new NoJitter());

    private string Call(RoutePlan plan, ulong? key, params AttemptOutcome[] outcomes)
    {
        using var attempts = _board.Begin(plan, 9, Budget, key);
        var name = "-";
        foreach (var outcome in outcomes)
        {
            var step = attempts.Next();
            name = step.HasTarget ? $"{step.Target.FullName}:{step.Credential.Id}" : "-";
            attempts.Report(outcome);
        }

        return name;
    }

    private static RoutePlan Targets() =>
        new([Target("p", "m", Credential("c1"), Credential("c2")), Target("q", "m", Credential("d1"))]);

    [Fact]
    public void Next_SameConversation_StaysWithItsCredential()
    {
        var plan = Targets();
        var first = Call(plan, Conversation, AttemptOutcomeKind.Success);
        for (var i = 0; i < 5; i++)
        {
            Call(plan, null, AttemptOutcomeKind.Success);
            Assert.Equal(first, Call(i % 2 == 0 ? plan : Targets(), Conversation, AttemptOutcomeKind.Success));
        }
    }

    [Fact]
    public void Next_SameConversation_StaysWithTheTargetThatServedIt()
    {
        var plan = Targets();
        Assert.Equal("q/m:d1", Call(plan, Conversation, AttemptOutcomeKind.Unavailable, AttemptOutcomeKind.Success));
        Assert.Equal("q/m:d1", Call(plan, Conversation, AttemptOutcomeKind.Success));
        Assert.StartsWith("p/m", Call(plan, Conversation + 1, AttemptOutcomeKind.Success), StringComparison.Ordinal);
    }

    [Fact]
    public void Next_PlaceThatCannotBeUsed_FallsAway()
    {
        var plan = Targets();
        Call(plan, Conversation, AttemptOutcomeKind.Unavailable, AttemptOutcomeKind.Success);
        Call(new RoutePlan([plan.Targets[1]]), null, AttemptOutcome.RateLimited(TimeSpan.FromMinutes(5)));
        var now = Call(plan, Conversation, AttemptOutcomeKind.Success);
        Assert.StartsWith("p/m", now, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(now, Call(plan, Conversation, AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Next_PlaceNotInThePlan_FallsAway()
    {
        Call(Targets(), Conversation, AttemptOutcomeKind.Unavailable, AttemptOutcomeKind.Success);
        Assert.Equal("r/x:c1", Call(new RoutePlan([Target("r", "x")]), Conversation, AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Next_ConversationAfterAnHour_IsForgotten()
    {
        var plan = Targets();
        Call(plan, Conversation, AttemptOutcomeKind.Unavailable, AttemptOutcomeKind.Success);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("q/m:d1", Call(plan, Conversation, AttemptOutcomeKind.Success));
        _time.Advance(TimeSpan.FromMinutes(60));
        Assert.StartsWith("p/m", Call(plan, Conversation, AttemptOutcomeKind.Success), StringComparison.Ordinal);
    }

    private void Measure(string provider, double milliseconds) => Call(
        new RoutePlan([Target(provider, "m")]), null, AttemptOutcome.Success(TimeSpan.FromMilliseconds(milliseconds)));

    private double Milliseconds(string provider) => _board.MillisecondsOf(Target(provider, "m"))!.Value;

    [Fact]
    public void MillisecondsOf_SlowerCall_CountsAtOnceAndFasterOnesByAndBy()
    {
        Assert.Null(_board.MillisecondsOf(Target("p", "m")));
        Measure("p", 100);
        Measure("p", 1000);
        Assert.Equal(1000, Milliseconds("p"), 3);
        Measure("p", 100);
        Assert.Equal(1000, Milliseconds("p"), 3);
        _time.Advance(new HealthOptions().FirstByteDecay);
        Measure("p", 100);
        Assert.Equal(1000 / Math.E + 100 * (1 - 1 / Math.E), Milliseconds("p"), 3);
    }

    [Fact]
    public void MillisecondsOf_WaitingCalls_WeighUntilTheirFirstByte()
    {
        Measure("p", 100);
        using var waiting = _board.Begin(new RoutePlan([Target("p", "m")]), 1, Budget);
        waiting.Next();
        Assert.Equal(200, Milliseconds("p"), 3);
        waiting.FirstByte(TimeSpan.FromMilliseconds(100));
        Assert.Equal(100, Milliseconds("p"), 3);
        waiting.Report(AttemptOutcomeKind.Success);
        Assert.Equal(100, Milliseconds("p"), 3);
    }

    [Fact]
    public void MillisecondsOf_FailedAtOnce_IsNotFast()
    {
        Call(new RoutePlan([Target("p", "m")]), null, AttemptOutcomeKind.Unreachable);
        Assert.Equal(new HealthOptions().FailurePenalty.TotalMilliseconds, Milliseconds("p"), 3);
    }

    [Fact]
    public void Next_FastestUnknownTarget_GetsOneCallAtATime()
    {
        Measure("known", 50);
        var plan = Plan(RoutePolicy.Fastest, Target("unknown", "m"), Target("known", "m"));
        using var first = _board.Begin(plan, 1, Budget);
        using var second = _board.Begin(plan, 1, Budget);
        Assert.Equal("unknown/m", first.Next().Target!.FullName);
        Assert.Equal("known/m", second.Next().Target!.FullName);
        first.Report(AttemptOutcomeKind.Cancelled);
        using var third = _board.Begin(plan, 1, Budget);
        Assert.Equal("unknown/m", third.Next().Target!.FullName);
        third.FirstByte(TimeSpan.FromMilliseconds(20));
        using var fourth = _board.Begin(plan, 1, Budget);
        Assert.Equal("unknown/m", fourth.Next().Target!.FullName);
    }

    [Fact]
    public void Next_FastestAllUnknown_AreAllUsed()
    {
        var plan = Plan(RoutePolicy.Fastest, Target("a", "m"), Target("b", "m"));
        using var first = _board.Begin(plan, 1, Budget);
        using var second = _board.Begin(plan, 1, Budget);
        using var third = _board.Begin(plan, 1, Budget);
        Assert.Equal(["a/m", "b/m", "a/m"], new[] { first, second, third }.Select(s => s.Next().Target!.FullName));
    }
}
