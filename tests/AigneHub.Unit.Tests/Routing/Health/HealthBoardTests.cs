using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using Microsoft.Extensions.Time.Testing;
using static AigneHub.Unit.Tests.Routing.RoutingSamples;

namespace AigneHub.Unit.Tests.Routing.Health;

public sealed class HealthBoardTests : ICredentialEvents
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);
    private static readonly string C1 = Credential("c1").StateId();
    private readonly FakeTimeProvider _time = new();
    private readonly List<HealthNotice> _told = [];

    void ICredentialEvents.Changed(HealthNotice notice) => _told.Add(notice);

    private HealthBoard Board() => new(new HealthOptions(), _time, new NoJitter(), this);

    private static bool Call(HealthBoard board, RoutePlan plan, AttemptOutcome outcome)
    {
        using var attempts = board.Begin(plan, 1, Budget);
        var goes = attempts.Next().HasTarget;
        if (goes)
        {
            attempts.Report(outcome);
        }

        return goes;
    }

    private static RoutePlan Plan(string model = "m", string secret = "s") => new([Target("p", model, Credential("c1", secret: secret))]);

    [Fact]
    public void Events_RefusedAndRecovered_AreToldOnceEach()
    {
        var board = Board();
        using var late = board.Begin(Plan(), 1, Budget);
        late.Next();
        Call(board, Plan(), AttemptOutcomeKind.Unauthorized);
        late.Report(AttemptOutcomeKind.Unauthorized);
        _time.Advance(TimeSpan.FromMinutes(1));
        Call(board, Plan(), AttemptOutcomeKind.Success);
        Call(board, Plan(), AttemptOutcomeKind.Success);
        Assert.Equal([HealthNoticeKind.Unauthorized, HealthNoticeKind.Usable], _told.Select(n => n.Kind));
        Assert.Equal(("p", null, C1), (_told[0].Provider, _told[0].Model, _told[0].CredentialId));
        Assert.Equal(_time.Start + TimeSpan.FromMinutes(1), _told[0].Until);
    }

    [Fact]
    public void Readmit_RefusedCredential_IsUsableAtOnceWithEveryModelAndToldSo()
    {
        var board = Board();
        Call(board, Plan("forbidden"), AttemptOutcomeKind.Forbidden);
        Call(board, Plan(), AttemptOutcomeKind.Unauthorized);
        Assert.False(Call(board, Plan(), AttemptOutcomeKind.Success));
        _told.Clear();

        board.Readmit("p", Credential("c1"));

        Assert.Equal(
            [(HealthNoticeKind.Usable, null, C1), (HealthNoticeKind.Usable, "forbidden", C1)],
            _told.Select(n => (n.Kind, n.Model, n.CredentialId)));
        Assert.True(Call(board, Plan(), AttemptOutcomeKind.Success));
        Assert.True(Call(board, Plan("forbidden"), AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Events_Forbidden_NamesTheModel()
    {
        var board = Board();
        Call(board, Plan(), AttemptOutcomeKind.Forbidden);
        _time.Advance(TimeSpan.FromMinutes(1));
        Call(board, Plan(), AttemptOutcomeKind.Success);
        Assert.Equal([(HealthNoticeKind.Forbidden, "m"), (HealthNoticeKind.Usable, "m")], _told.Select(n => (n.Kind, n.Model!)));
    }

    [Fact]
    public void Begin_NewSecretOfARefusedCredential_IsTriedAtOnce()
    {
        var board = Board();
        Call(board, Plan(), AttemptOutcomeKind.Unauthorized);
        Assert.False(Call(board, Plan(), AttemptOutcomeKind.Success));
        Assert.True(Call(board, Plan(secret: "new"), AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Begin_NewSecretOfAForbiddenOne_IsTriedAtOnceAndOldFindingsDontReachIt()
    {
        var (board, other) = (Board(), Board());
        Call(board, Plan(), AttemptOutcomeKind.Forbidden);
        Call(board, Plan(), AttemptOutcomeKind.Unauthorized);
        other.Absorb(board.Export());
        Assert.False(Call(other, Plan(), AttemptOutcomeKind.Success));
        Assert.True(Call(board, Plan(secret: "new"), AttemptOutcomeKind.Success));
        Assert.True(Call(other, Plan(secret: "new"), AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Absorb_WhatAnotherInstanceFound_HoldsHereAndIsNotToldOn()
    {
        var (one, other) = (Board(), Board());
        Call(one, Plan(), AttemptOutcome.RateLimited(TimeSpan.FromSeconds(30)));
        Call(one, Plan("n"), AttemptOutcomeKind.Forbidden);
        var exported = one.Export();
        Assert.Equal(
            [("m", HealthNoticeKind.Cooling, 30.0), ("n", HealthNoticeKind.Forbidden, 60.0)],
            exported.OrderBy(n => n.Model).Select(n => (n.Model!, n.Kind, (n.Until - _time.GetUtcNow()).TotalSeconds)));
        other.Absorb(exported);
        Assert.False(Call(other, Plan(), AttemptOutcomeKind.Success));
        Assert.False(Call(other, Plan("n"), AttemptOutcomeKind.Success));
        Assert.Empty(other.Export());
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(Call(other, Plan(), AttemptOutcomeKind.Success));
        Assert.Equal("n", Assert.Single(one.Export()).Model);
    }

    [Fact]
    public void Absorb_RefusedAndUsable_CloseAndOpenTheCredential()
    {
        var board = Board();
        HealthNotice Notice(HealthNoticeKind kind, int seconds) => new("p", null, C1, kind, _time.GetUtcNow().AddSeconds(seconds));
        board.Absorb([Notice(HealthNoticeKind.Unauthorized, 300)]);
        Assert.False(Call(board, Plan(), AttemptOutcomeKind.Success));
        board.Absorb([Notice(HealthNoticeKind.Unauthorized, 1), Notice(HealthNoticeKind.Cooling, -5)]);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(Call(board, Plan(), AttemptOutcomeKind.Success));
        board.Absorb([Notice(HealthNoticeKind.Usable, 0)]);
        Assert.True(Call(board, Plan(), AttemptOutcomeKind.Success));
    }

    [Fact]
    public void Absorb_EndlessTimes_AreBounded()
    {
        var board = Board();
        board.Absorb([new HealthNotice("p", null, C1, HealthNoticeKind.Unpaid, DateTimeOffset.MaxValue)]);
        _time.Advance(new HealthOptions().DisabledMax);
        Assert.True(Call(board, Plan(), AttemptOutcomeKind.Success));
    }

    [Fact]
    public void View_States_AreShown()
    {
        var board = Board();
        var options = new HealthOptions();
        Call(board, Plan("closed"), AttemptOutcome.Success(TimeSpan.FromMilliseconds(80)));
        Call(board, Plan("cooling"), AttemptOutcome.RateLimited(TimeSpan.FromSeconds(30)));
        Call(board, Plan("forbidden"), AttemptOutcomeKind.Forbidden);
        for (var i = 0; i < 4; i++)
        {
            Call(board, Plan("failing"), AttemptOutcomeKind.Timeout);
        }

        Call(board, Plan("failing"), AttemptOutcomeKind.Success);
        for (var i = 0; i < 5; i++)
        {
            Call(board, Plan("open"), AttemptOutcomeKind.Timeout);
        }

        Dictionary<string, RouteHealth> rows = board.View().ToDictionary(r => r.Model!);
        Assert.Equal((RouteHealthState.Closed, 1, 80.0), (rows["closed"].State, rows["closed"].Calls, rows["closed"].FirstByteMilliseconds));
        Assert.Equal((RouteHealthState.Cooling, _time.Start.AddSeconds(30)), (rows["cooling"].State, rows["cooling"].Until));
        Assert.Equal((RouteHealthState.Disabled, BlockReason.Forbidden), (rows["forbidden"].State, rows["forbidden"].Reason));
        Assert.Equal((RouteHealthState.Closed, 5, 80.0), (rows["failing"].State, rows["failing"].Calls, rows["failing"].FailurePercent));
        Assert.Equal((RouteHealthState.Open, _time.Start + options.OpenBase), (rows["open"].State, rows["open"].Until));
        _time.Advance(options.OpenBase);
        Assert.Equal(RouteHealthState.HalfOpen, board.View().Single(r => r.Model == "open").State);

        Call(board, Plan("closed"), AttemptOutcomeKind.Unauthorized);
        Assert.All(board.View(), r => Assert.True(r.State == RouteHealthState.Disabled, $"{r.Model}: {r.State}"));
        Assert.Equal(BlockReason.Unauthorized, board.View().Single(r => r.Model is null).Reason);
    }

    [Fact]
    public void State_AMillionMadeUpModels_StaysBoundedAndKeepsWhatIsInUse()
    {
        var options = new HealthOptions { StatesMax = 500, AffinitiesMax = 500 };
        var board = new HealthBoard(options, _time, new NoJitter());
        var busy = Plan("busy");
        for (var i = 0; i < 1_000_000; i++)
        {
            using var attempts = board.Begin(new RoutePlan([Target("p", $"made-up-{i}", Credential("c1"))]), 1, Budget, (ulong)i);
            attempts.Next();
            attempts.Report(AttemptOutcomeKind.Success);
            if (i % 100 == 0 && i < 1000)
            {
                Call(board, busy, AttemptOutcomeKind.Timeout);
            }
            else if (i % 100 == 0)
            {
                Assert.False(Call(board, busy, AttemptOutcomeKind.Success));
            }
        }

        // Not only for the plan that was in use: a new one finds the same state.
        Assert.False(Call(board, Plan("busy"), AttemptOutcomeKind.Success));
        Assert.InRange(board.StateCount, 1, 4 * 2 * options.StatesMax);
    }

    [Fact]
    public async Task Report_ManyThreadsAndRandomOutcomes_LeaveNoPermitBehind()
    {
        const int Threads = 8;
        const int CallsEach = 2_000;
        var options = new HealthOptions
        {
            OpenBase = TimeSpan.FromTicks(1),
            OpenMax = TimeSpan.FromTicks(1),
            DisabledBase = TimeSpan.FromTicks(1),
            DisabledMax = TimeSpan.FromTicks(1),
            CoolDownBase = TimeSpan.FromTicks(1),
            CoolDownMax = TimeSpan.FromTicks(1),
            FailuresInARow = 2,
        };
        var board = new HealthBoard(options, TimeProvider.System);
        RouteTarget[] targets =
            [Target("p", "m", Credential("c1"), Credential("c2", 3), Credential("c3", tier: 1)), Target("q", "m"), Target("r", "m")];
        var plan = RoutingSamples.Plan(RoutePolicy.Fastest, targets);
        var kinds = Enum.GetValues<AttemptOutcomeKind>();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(seed => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < CallsEach; i++)
                {
                    using var attempts = board.Begin(plan, 3, Budget, (ulong)random.Next(20));
                    while (attempts.Next().HasTarget)
                    {
                        if (random.Next(4) == 0)
                        {
                            attempts.FirstByte(TimeSpan.FromMilliseconds(random.Next(100)));
                        }

                        if (random.Next(10) == 0)
                        {
                            break;
                        }

                        attempts.Report(kinds[random.Next(kinds.Length)]);
                    }
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        foreach (var target in targets)
        {
            var lanes = board.LanesOf(target);
            Assert.Equal(0, lanes.Speed.Waiting);
            Assert.True(lanes.Speed.TryExplore());
            var soon = board.Clock.Now + TimeSpan.FromHours(1).Ticks;
            Assert.All(lanes.Lanes, lane => Assert.True(lane.TryEnter(soon, out _), $"{target}:{lane.Credential.Id} kept a permit"));
        }
    }

    [Fact]
    public void Call_PlainAndHealthy_AllocatesOneSmallObject()
    {
        var snapshot = new HubSnapshot(HubMode.Enterprise, [Provider("openai")], [Model("openai", "gpt")]);
        var board = new HealthBoard(new HealthOptions(), TimeProvider.System);
        void Once()
        {
            var plan = RoutePlanner.Plan(snapshot, new RouteRequest("openai/gpt", ModelApi.OpenAiChat)).Plan!;
            using var attempts = board.Begin(plan, 3, Budget);
            attempts.Next();
            attempts.Report(AttemptOutcome.Success(TimeSpan.FromMilliseconds(5)));
        }

        const int Calls = 1000;
        for (var i = 0; i < Calls; i++)
        {
            Once();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            Once();
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Calls, 1, 192);
    }
}
