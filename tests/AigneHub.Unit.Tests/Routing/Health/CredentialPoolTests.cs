using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using static AigneHub.Unit.Tests.Routing.RoutingSamples;

namespace AigneHub.Unit.Tests.Routing.Health;

public sealed class CredentialPoolTests
{
    private readonly HealthBoard _board = new(new HealthOptions(), new FakeTimeProvider(), new NoJitter());

    /// <summary>One successful call.</summary>
    private static string Call(HealthBoard board, RoutePlan plan)
    {
        using var attempts = board.Begin(plan, 3, TimeSpan.FromMinutes(1));
        var step = attempts.Next();
        attempts.Report(AttemptOutcome.Success(TimeSpan.FromMilliseconds(1)));
        return step.Credential!.Id;
    }

    private void RateLimit(RoutePlan plan, string credential)
    {
        using var attempts = _board.Begin(plan, 1000, TimeSpan.FromMinutes(1));
        while (attempts.Next() is { HasTarget: true } step)
        {
            attempts.Report(step.Credential.Id == credential
                ? AttemptOutcome.RateLimited(TimeSpan.FromSeconds(30))
                : AttemptOutcomeKind.NotServed);
        }
    }

    [Fact]
    public void Next_Weights_AlternateAsSmoothlyAsNginx()
    {
        var plan = new RoutePlan([Target("p", "m", Credential("a", 5), Credential("b", 1), Credential("c", 1))]);
        Assert.Equal("aabacaa", string.Concat(Enumerable.Range(0, 7).Select(_ => Call(_board, plan))));
    }

    [Fact]
    public void Next_Weights_ShareEachRoundExactly() => Gen.Int[1, 1000].Array[1, 8].Sample(
        weights =>
        {
            var board = new HealthBoard(new HealthOptions(), new FakeTimeProvider(), new NoJitter());
            var plan = new RoutePlan([Target("p", "m", [.. weights.Select((w, i) => Credential($"c{i}", w))])]);
            var counts = Enumerable.Range(0, weights.Sum()).Select(_ => Call(board, plan)).CountBy(id => id).ToDictionary();
            return weights.Select((w, i) => counts[$"c{i}"] == w).All(same => same);
        },
        iter: 50);

    [Fact]
    public void Next_SeveralModels_ShareOneRound()
    {
        var credentials = new[] { Credential("a"), Credential("b") };
        var plans = Enumerable.Range(0, 10).Select(i => new RoutePlan([Target("p", $"m{i}", credentials)]));
        Assert.Equal("ababababab", string.Concat(plans.Select(plan => Call(_board, plan))));
    }

    [Fact]
    public void Next_LowestUsableTier_IsUsed()
    {
        var plan = new RoutePlan([Target("p", "m", Credential("spill", 9, tier: 1), Credential("a"), Credential("b"))]);
        Assert.Equal("abab", string.Concat(Enumerable.Range(0, 4).Select(_ => Call(_board, plan))));
        RateLimit(plan, "a");
        Assert.Equal("bbb", string.Concat(Enumerable.Range(0, 3).Select(_ => Call(_board, plan))));
        RateLimit(plan, "b");
        Assert.Equal("spill", Call(_board, plan));
    }
}
