using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using Microsoft.Extensions.Time.Testing;
using static AigneHub.Unit.Tests.Routing.RoutingSamples;

namespace AigneHub.Unit.Tests.Routing.Health;

public sealed class AttemptSequenceTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);
    private readonly FakeTimeProvider _time = new();
    private readonly HealthBoard _board;

    public AttemptSequenceTests() => _board = new HealthBoard(new HealthOptions(), _time, new NoJitter());

    private static string Name(in AttemptStep step) => step.HasTarget ? $"{step.Target.FullName}:{step.Credential.Id}" : "-";

    /// <summary>Runs a call that has these outcomes in turn; what it tried, with <c>-</c> when nothing was left.</summary>
    private string Run(RoutePlan plan, int attemptsMax, params AttemptOutcome[] outcomes)
    {
        using var attempts = _board.Begin(plan, attemptsMax, Budget);
        List<string> tried = [];
        foreach (var outcome in outcomes)
        {
            var step = attempts.Next();
            tried.Add(Name(step));
            if (!step.HasTarget)
            {
                return string.Join(' ', tried);
            }

            attempts.Report(outcome);
        }

        tried.Add(Name(attempts.Next()));
        return string.Join(' ', tried);
    }

    private static RoutePlan Two(int credentials = 2) => new(
    [
        Target("p", "m", [.. Enumerable.Range(1, credentials).Select(i => Credential($"c{i}"))]),
        Target("q", "n", Credential("d1")),
    ]);

    [Theory]
    [InlineData(AttemptOutcomeKind.RateLimited, "p/m:c1 p/m:c2 q/n:d1 -")]
    [InlineData(AttemptOutcomeKind.Unauthorized, "p/m:c1 p/m:c2 q/n:d1 -")]
    [InlineData(AttemptOutcomeKind.Forbidden, "p/m:c1 p/m:c2 q/n:d1 -")]
    [InlineData(AttemptOutcomeKind.Unpaid, "p/m:c1 p/m:c2 q/n:d1 -")]
    [InlineData(AttemptOutcomeKind.Unavailable, "p/m:c1 q/n:d1 p/m:c2 -")]
    [InlineData(AttemptOutcomeKind.Timeout, "p/m:c1 q/n:d1 p/m:c2 -")]
    [InlineData(AttemptOutcomeKind.NotServed, "p/m:c1 q/n:d1 p/m:c2 -")]
    [InlineData(AttemptOutcomeKind.NotSent, "p/m:c1 q/n:d1 p/m:c2 -")]
    public void Next_AfterAFailure_GoesWhereItMayHelp(AttemptOutcomeKind kind, string expected) =>
        Assert.Equal(expected, Run(Two(), 9, kind, kind, kind));

    [Theory]
    [InlineData(AttemptOutcomeKind.Success)]
    [InlineData(AttemptOutcomeKind.Rejected)]
    [InlineData(AttemptOutcomeKind.Cancelled)]
    [InlineData(AttemptOutcomeKind.Cut)]
    public void Next_AfterAnEnd_IsNothing(AttemptOutcomeKind kind) => Assert.Equal("p/m:c1 -", Run(Two(), 9, kind));

    [Fact]
    public void Next_AttemptsMax_IsKept()
    {
        var plan = new RoutePlan([.. Enumerable.Range(0, 9).Select(i => Target($"p{i}", "m"))]);
        Assert.Equal(
            "p0/m:c1 p1/m:c1 p2/m:c1 -",
            Run(plan, 3, AttemptOutcomeKind.Unavailable, AttemptOutcomeKind.Unreachable, AttemptOutcomeKind.Timeout, default));
    }

    [Fact]
    public void Next_Unreachable_IsTriedOnceMoreAfterADelayWhenNothingElseIsLeft()
    {
        using var attempts = _board.Begin(new RoutePlan([Target("p", "m"), Target("q", "m")]), 9, Budget);
        Assert.Equal("p/m:c1", Name(attempts.Next()));
        attempts.Report(AttemptOutcomeKind.Unreachable);
        Assert.Equal("q/m:c1", Name(attempts.Next()));
        attempts.Report(AttemptOutcomeKind.Unavailable);
        var again = attempts.Next();
        Assert.Equal("p/m:c1", Name(again));
        Assert.Equal(new HealthOptions().RetryDelay, again.Delay);
        attempts.Report(AttemptOutcomeKind.Unreachable);
        Assert.False(attempts.Next().HasTarget);
    }

    [Theory]
    [InlineData(AttemptOutcomeKind.Unavailable)]
    [InlineData(AttemptOutcomeKind.Timeout)]
    [InlineData(AttemptOutcomeKind.RateLimited)]
    [InlineData(AttemptOutcomeKind.NotServed)]
    public void Next_TheVendorMayHaveWorkedOnIt_IsNotRepeated(AttemptOutcomeKind kind) =>
        Assert.Equal("p/m:c1 -", Run(new RoutePlan([Target("p", "m")]), 9, kind));

    [Fact]
    public void Next_BudgetIsUp_IsNothing()
    {
        using var attempts = _board.Begin(Two(), 9, TimeSpan.FromSeconds(10));
        attempts.Next();
        _time.Advance(TimeSpan.FromSeconds(10));
        attempts.Report(AttemptOutcomeKind.Timeout);
        Assert.False(attempts.Next().HasTarget);
    }

    [Fact]
    public void Next_NoTimeForTheDelay_IsNothing()
    {
        using var attempts = _board.Begin(new RoutePlan([Target("p", "m")]), 9, TimeSpan.FromMilliseconds(90));
        attempts.Next();
        attempts.Report(AttemptOutcomeKind.Unreachable);
        Assert.False(attempts.Next().HasTarget);
    }

    [Fact]
    public void Next_AllCooling_TellsWhenToComeAgain()
    {
        var plan = new RoutePlan([Target("p", "m"), Target("q", "m"), Target("r", "m")]);
        Run(plan, 9, [.. new[] { 25, 20, 30 }.Select(s => AttemptOutcome.RateLimited(TimeSpan.FromSeconds(s)))]);
        using var attempts = _board.Begin(plan, 3, Budget);
        var step = attempts.Next();
        Assert.False(step.HasTarget);
        Assert.Equal((503, "all_targets_cooling", Blame.Upstream), (step.Error!.Status, step.Error.Code, step.Error.Blame));
        Assert.Equal(TimeSpan.FromSeconds(20), step.Error.RetryAfter);

        _time.Advance(TimeSpan.FromSeconds(19.5));
        using var later = _board.Begin(plan, 3, Budget);
        Assert.Equal(TimeSpan.FromSeconds(1), later.Next().Error!.RetryAfter);

        _time.Advance(TimeSpan.FromSeconds(0.5));
        using var then = _board.Begin(plan, 3, Budget);
        Assert.Equal("q/m:c1", Name(then.Next()));
    }

    [Theory]
    [InlineData(AttemptOutcomeKind.Unpaid, Blame.Hub)]
    [InlineData(AttemptOutcomeKind.Forbidden, Blame.Hub)]
    [InlineData(AttemptOutcomeKind.RateLimited, Blame.Upstream)]
    public void Next_EveryCredentialRefused_BlamesTheHub(AttemptOutcomeKind second, Blame blame)
    {
        var plan = new RoutePlan([Target("p", "m"), Target("q", "m")]);
        Run(plan, 9, AttemptOutcomeKind.Unauthorized, second);
        using var attempts = _board.Begin(plan, 3, Budget);
        Assert.Equal(blame, attempts.Next().Error!.Blame);
    }

    [Fact]
    public void Report_WithoutDelays_HoldsNothingBack()
    {
        var board = new HealthBoard(
            new HealthOptions { CoolDownBase = default, RetryAfterMax = default, DisabledBase = default, OpenBase = default }, _time);
        var plan = new RoutePlan([Target("p", "m")]);
        foreach (var outcome in (AttemptOutcome[])[AttemptOutcome.RateLimited(TimeSpan.FromSeconds(9)), AttemptOutcome.RateLimited(null),
            AttemptOutcomeKind.Unauthorized, .. Enumerable.Repeat((AttemptOutcome)AttemptOutcomeKind.Unavailable, 20)])
        {
            using var attempts = board.Begin(plan, 1, Budget);
            Assert.True(attempts.Next().HasTarget);
            attempts.Report(outcome);
            using var other = board.Begin(plan, 1, Budget);
            Assert.True(other.Next().HasTarget);
        }
    }

    [Fact]
    public void Next_NothingLeftAfterAttempts_LeavesTheErrorToThem()
    {
        using var attempts = _board.Begin(new RoutePlan([Target("p", "m")]), 3, Budget);
        attempts.Next();
        attempts.Report(AttemptOutcome.RateLimited(TimeSpan.FromSeconds(7)));
        var step = attempts.Next();
        Assert.Null(step.Error);
        Assert.Equal(TimeSpan.FromSeconds(7), step.RetryAfter);
    }

    [Fact]
    public void Report_RateLimit_HoldsForTheModelOrTheWholeCredential()
    {
        var other = new RoutePlan([Target("p", "other")]);
        Run(new RoutePlan([Target("p", "m")]), 1, AttemptOutcome.RateLimited(TimeSpan.FromSeconds(9)));
        Assert.StartsWith("p/other", Run(other, 1, AttemptOutcomeKind.Success), StringComparison.Ordinal);
        Run(new RoutePlan([Target("p", "n")]), 1, AttemptOutcome.RateLimited(TimeSpan.FromSeconds(9), wholeCredential: true));
        Assert.Equal("-", Run(other, 1, AttemptOutcomeKind.Success));
    }

    [Theory]
    [InlineData(AttemptOutcomeKind.Unauthorized, false)]
    [InlineData(AttemptOutcomeKind.Unpaid, false)]
    [InlineData(AttemptOutcomeKind.Forbidden, true)]
    public void Report_RefusedCredential_HoldsForAllItsModelsUnlessForbidden(AttemptOutcomeKind kind, bool othersGo)
    {
        Run(new RoutePlan([Target("p", "m")]), 1, kind);
        Assert.Equal("-", Run(new RoutePlan([Target("p", "m")]), 1, AttemptOutcomeKind.Success));
        var other = Run(new RoutePlan([Target("p", "other")]), 1, AttemptOutcomeKind.Success);
        Assert.Equal(othersGo ? "p/other:c1 -" : "-", other);
    }

    [Theory]
    [InlineData(AttemptOutcomeKind.Unreachable, true)]
    [InlineData(AttemptOutcomeKind.Unavailable, true)]
    [InlineData(AttemptOutcomeKind.Timeout, true)]
    [InlineData(AttemptOutcomeKind.Cut, true)]
    [InlineData(AttemptOutcomeKind.Rejected, false)]
    [InlineData(AttemptOutcomeKind.NotServed, false)]
    [InlineData(AttemptOutcomeKind.NotSent, false)]
    [InlineData(AttemptOutcomeKind.Cancelled, false)]
    public void Report_Failures_OpenTheBreakerAndVerdictsDoNot(AttemptOutcomeKind kind, bool opens)
    {
        var plan = new RoutePlan([Target("p", "m")]);
        for (var i = 0; i < 20; i++)
        {
            Run(plan, 1, kind);
        }

        Assert.Equal(opens ? "-" : "p/m:c1 -", Run(plan, 1, AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Report_RetryAfterOf503_IsAFloor()
    {
        var plan = new RoutePlan([Target("p", "m")]);
        Run(plan, 1, AttemptOutcome.Unavailable(TimeSpan.FromSeconds(12)));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("-", Run(plan, 1, AttemptOutcomeKind.Success));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("p/m:c1 -", Run(plan, 1, AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Dispose_UnreportedProbe_GivesItBack()
    {
        var plan = new RoutePlan([Target("p", "m")]);
        Run(plan, 1, AttemptOutcomeKind.Unauthorized);
        _time.Advance(new HealthOptions().DisabledBase);
        using (var lost = _board.Begin(plan, 1, Budget))
        {
            Assert.True(lost.Next().HasTarget);
            Assert.Equal("-", Run(plan, 1, AttemptOutcomeKind.Success));
        }

        Assert.Equal("p/m:c1 -", Run(plan, 1, AttemptOutcomeKind.Success));
    }

    [Fact]
    public void FirstByte_OfAProbe_ClosesWhileTheAnswerStillRuns()
    {
        var plan = new RoutePlan([Target("p", "m")]);
        for (var i = 0; i < 5; i++)
        {
            Run(plan, 1, AttemptOutcomeKind.Timeout);
        }

        _time.Advance(new HealthOptions().OpenBase);
        using var probe = _board.Begin(plan, 1, Budget);
        Assert.True(probe.Next().HasTarget);
        Assert.Equal("-", Run(plan, 1, AttemptOutcomeKind.Success));
        probe.FirstByte(TimeSpan.FromMilliseconds(5));
        Assert.Equal("p/m:c1 -", Run(plan, 1, AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Next_BeforeTheReport_IsABug()
    {
        using var attempts = _board.Begin(Two(), 3, Budget);
        attempts.Next();
        Assert.Throws<InvalidOperationException>(() => attempts.Next());
        attempts.Report(AttemptOutcomeKind.Cancelled);
        Assert.Throws<InvalidOperationException>(() => attempts.Report(AttemptOutcomeKind.Cancelled));
    }

    [Fact]
    public void Next_SameModelUnderTwoNamesOfThePlan_IsTriedOnce() => Assert.Equal(
        "p/m:c1 -",
        Run(new RoutePlan([Target("p", "m"), Target("p", "m")]), 9, AttemptOutcomeKind.Unavailable));
}
