using AigneHub.Core.Routing.Health;

namespace AigneHub.Unit.Tests.Routing.Health;

public sealed class GateTests
{
    private static readonly HealthOptions Options = new();
    private readonly Gate _gate = new(Options, new NoJitter(), counts: true);
    private long _now = TimeSpan.FromHours(1).Ticks;

    private void Pass(TimeSpan time) => _now += time.Ticks;

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _gate.Failed(_now, probe: false);
        }
    }

    private GatePass Ask() => _gate.TryEnter(_now);

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Failed_InARow_OpensAtTheLimit(int failures, bool free)
    {
        Fail(failures);
        Assert.Equal(free ? GatePass.Free : GatePass.Refused, Ask());
    }

    [Theory]
    [InlineData(5, 5, false)]
    [InlineData(4, 4, true)]
    [InlineData(6, 5, true)]
    public void Failed_ShareInTheWindow_OpensAtTheLimit(int successes, int failures, bool free)
    {
        for (var left = successes - failures; left >= 0; left--)
        {
            _gate.Succeeded(_now, probe: false);
        }

        for (var i = 0; i < failures; i++)
        {
            Fail(1);
            if (i < failures - 1)
            {
                _gate.Succeeded(_now, probe: false);
            }
        }

        Assert.Equal(free ? GatePass.Free : GatePass.Refused, Ask());
    }

    [Fact]
    public void Failed_BeforeTheWindow_DoesNotCount()
    {
        for (var i = 0; i < 4; i++)
        {
            Fail(1);
            _gate.Succeeded(_now, probe: false);
        }

        Pass(Options.Window + TimeSpan.FromSeconds(1));
        Fail(1);
        _gate.Succeeded(_now, probe: false);
        Fail(1);
        Assert.Equal(GatePass.Free, Ask());
        Assert.Equal((3, 2), (_gate.Read(_now).Calls, _gate.Read(_now).Failures));
    }

    [Fact]
    public void TryEnter_Open_LetsNobodyInUntilTheTimeIsUp()
    {
        Fail(5);
        Pass(Options.OpenBase - TimeSpan.FromTicks(1));
        Assert.Equal(GatePass.Refused, Ask());
        Assert.Equal(_now + 1, _gate.FreeAt(_now));
        Pass(TimeSpan.FromTicks(1));
        Assert.Equal(GatePass.Probe, Ask());
    }

    [Fact]
    public void TryEnter_HalfOpen_LetsOneOfAHundredIn()
    {
        Fail(5);
        Pass(Options.OpenBase);
        var passes = new GatePass[100];
        Parallel.For(0, passes.Length, i => passes[i] = Ask());
        Assert.Single(passes, GatePass.Probe);
        Assert.Equal(99, passes.Count(p => p == GatePass.Refused));
        _gate.GiveBack();
        Assert.Equal(GatePass.Probe, Ask());
    }

    [Fact]
    public void Succeeded_Probe_Closes()
    {
        Fail(5);
        Pass(Options.OpenBase);
        Assert.Equal(GatePass.Probe, Ask());
        Assert.Equal(BlockReason.Failures, _gate.Succeeded(_now, probe: true));
        Assert.Equal(GatePass.Free, Ask());
        Assert.True(_gate.IsClear);
        Fail(4);
        Assert.Equal(GatePass.Free, Ask());
    }

    [Fact]
    public void Failed_Probe_OpensForTwiceAsLongUpToTheLimit()
    {
        Fail(5);
        var expected = Options.OpenBase;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(expected.Ticks, _gate.FreeAt(_now) - _now);
            Pass(expected);
            Assert.Equal(GatePass.Probe, Ask());
            _gate.Failed(_now, probe: true);
            expected = expected * 2 < Options.OpenMax ? expected * 2 : Options.OpenMax;
        }
    }

    [Fact]
    public void Failed_SoonAfterClosing_OpensForLongerAndLongAfterAnew()
    {
        Fail(5);
        Pass(Options.OpenBase);
        Ask();
        _gate.Succeeded(_now, probe: true);
        Pass(TimeSpan.FromSeconds(1));
        Fail(5);
        Assert.Equal((Options.OpenBase * 2).Ticks, _gate.FreeAt(_now) - _now);
        Pass(Options.OpenBase * 2);
        Ask();
        _gate.Succeeded(_now, probe: true);
        Pass(Options.Window);
        Fail(5);
        Assert.Equal(Options.OpenBase.Ticks, _gate.FreeAt(_now) - _now);
    }

    [Fact]
    public void Report_OfCallsFromBeforeTheOpening_ChangesNothing()
    {
        Fail(5);
        var until = _gate.FreeAt(_now);
        Fail(20);
        _gate.Succeeded(_now, probe: false);
        _gate.Answered(_now, probe: false);
        Assert.Equal(until, _gate.FreeAt(_now));
    }

    [Fact]
    public void Cool_VendorsTime_IsAFloor()
    {
        _gate.Cool(_now, TimeSpan.FromSeconds(40));
        _gate.Cool(_now, TimeSpan.FromSeconds(10));
        _gate.Cool(_now, null);
        _gate.Succeeded(_now, probe: false);
        Pass(TimeSpan.FromSeconds(40) - TimeSpan.FromTicks(1));
        Assert.Equal(GatePass.Refused, Ask());
        Pass(TimeSpan.FromTicks(1));
        Assert.Equal(GatePass.Free, Ask());
    }

    [Fact]
    public void Cool_WithoutATime_DoublesUntilASuccess()
    {
        var expected = Options.CoolDownBase;
        for (var i = 0; i < 8; i++)
        {
            _gate.Cool(_now, null);
            // Calls that were under way are no strikes of their own.
            _gate.Cool(_now, null);
            Assert.Equal(expected.Ticks, _gate.FreeAt(_now) - _now);
            Pass(expected);
            Assert.Equal(GatePass.Free, Ask());
            expected = expected * 2 < Options.CoolDownMax ? expected * 2 : Options.CoolDownMax;
        }

        _gate.Succeeded(_now, probe: false);
        _gate.Cool(_now, null);
        Assert.Equal(Options.CoolDownBase.Ticks, _gate.FreeAt(_now) - _now);
    }

    [Fact]
    public void Cool_EndlessTime_IsBounded()
    {
        _gate.Cool(_now, TimeSpan.MaxValue);
        Assert.Equal(Options.RetryAfterMax.Ticks, _gate.FreeAt(_now) - _now);
    }

    [Fact]
    public void Block_RefusedAgainAndAgain_IsCheckedLessAndLess()
    {
        var expected = Options.DisabledBase;
        Assert.NotNull(_gate.Block(BlockReason.Unauthorized, _now, probe: false));
        for (var i = 0; i < 8; i++)
        {
            Assert.Null(_gate.Block(BlockReason.Unauthorized, _now, probe: false));
            Assert.Equal(expected.Ticks, _gate.FreeAt(_now) - _now);
            Pass(expected);
            Assert.Equal(GatePass.Probe, Ask());
            Assert.NotNull(_gate.Block(BlockReason.Unauthorized, _now, probe: true));
            expected = expected * 2 < Options.DisabledMax ? expected * 2 : Options.DisabledMax;
        }

        Pass(Options.DisabledMax);
        Assert.Equal(GatePass.Probe, Ask());
        Assert.Equal(BlockReason.Unauthorized, _gate.Succeeded(_now, probe: true));
        Assert.Equal(GatePass.Free, Ask());
    }

    [Fact]
    public void Block_ProbeThatProvesNothing_StaysAndIsCheckedLater()
    {
        _gate.Block(BlockReason.Unpaid, _now, probe: false);
        Pass(Options.DisabledBase);
        Ask();
        _gate.Failed(_now, probe: true);
        Assert.Equal(GatePass.Refused, Ask());
        Assert.Equal(BlockReason.Unpaid, _gate.Read(_now).Reason);
        Pass(Options.DisabledBase);
        Ask();
        _gate.Answered(_now, probe: true);
        Assert.Equal(GatePass.Refused, Ask());
        Pass(Options.DisabledBase);
        Assert.Equal(GatePass.Probe, Ask());
    }

    [Fact]
    public void Answered_ProbeOfAnOpenBreaker_Closes()
    {
        Fail(5);
        Pass(Options.OpenBase);
        Ask();
        _gate.Answered(_now, probe: true);
        Assert.Equal(GatePass.Free, Ask());
    }

    [Fact]
    public void TryEnter_ProbeThatDoesNotEnd_DoesNotKeepTheNextOneOut()
    {
        Fail(5);
        Pass(Options.OpenBase);
        Assert.Equal(GatePass.Probe, Ask());
        Pass(TimeSpan.FromTicks(Gate.ProbeAlone - 1));
        Assert.Equal(GatePass.Refused, Ask());
        Assert.True(_gate.FreeAt(_now) > _now);
        Pass(TimeSpan.FromTicks(1));
        Assert.Equal(_now, _gate.FreeAt(_now));
        Assert.Equal(GatePass.Probe, Ask());
        Assert.Equal(GatePass.Refused, Ask());
        Assert.Equal(BlockReason.Failures, _gate.Succeeded(_now, probe: true));
        Assert.Equal(GatePass.Free, Ask());

        // The first one's failure counts as any other call's.
        _gate.Failed(_now, probe: true);
        Assert.Equal(GatePass.Free, Ask());
        Fail(4);
        Assert.Equal(GatePass.Refused, Ask());
    }

    [Fact]
    public void GiveBack_OlderProbe_LeavesTheNewerAlone()
    {
        Fail(5);
        Pass(Options.OpenBase);
        Ask();
        Pass(TimeSpan.FromTicks(Gate.ProbeAlone));
        Assert.Equal(GatePass.Probe, Ask());
        _gate.GiveBack();
        Assert.Equal(GatePass.Refused, Ask());
        _gate.GiveBack();
        Assert.Equal(GatePass.Probe, Ask());
    }

    [Theory]
    [InlineData(BlockReason.Failures)]
    [InlineData(BlockReason.Unauthorized)]
    public void LateFailure_OfAnOlderProbe_IsNoFurtherStrike(BlockReason reason)
    {
        Action<bool> fail = reason == BlockReason.Failures
            ? probe => _gate.Failed(_now, probe)
            : probe => _gate.Block(reason, _now, probe);
        for (var i = 0; i < 5; i++)
        {
            fail(false);
        }

        Pass(TimeSpan.FromTicks(_gate.FreeAt(_now) - _now));
        Ask();
        Pass(TimeSpan.FromTicks(Gate.ProbeAlone));
        Ask();
        fail(true);
        var until = _gate.FreeAt(_now);
        fail(true);
        Assert.Equal(until, _gate.FreeAt(_now));
    }
}
