using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using Microsoft.Extensions.Time.Testing;
using static AigneHub.Unit.Tests.Routing.RoutingSamples;

namespace AigneHub.Unit.Tests.Routing.Health;

public sealed class HealthExchangeTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryNotices _store = new();
    private readonly Instance _one;
    private readonly Instance _two;

    public HealthExchangeTests() => (_one, _two) = (new Instance("one", _store, _time), new Instance("two", _store, _time));

    [Fact]
    public async Task Round_RefusedThenRecovered_HoldsElsewhereAndEndsElsewhere()
    {
        _one.Call(AttemptOutcomeKind.Unauthorized);
        await ExchangeAsync();
        Assert.False(_two.CanCall());

        _time.Advance(TimeSpan.FromMinutes(1));
        _one.Call(AttemptOutcomeKind.Success);
        _two.Call(AttemptOutcomeKind.Unauthorized);
        await _one.RoundAsync();
        await _two.RoundAsync();
        Assert.True(_two.CanCall());
    }

    [Fact]
    public async Task Round_LongCoolDown_IsToldAndAShortOneIsNot()
    {
        _one.Call(AttemptOutcome.RateLimited(TimeSpan.FromSeconds(9)));
        await ExchangeAsync();
        Assert.Empty(_store.Rows);
        Assert.True(_two.CanCall());

        _time.Advance(TimeSpan.FromSeconds(9));
        _one.Call(AttemptOutcome.RateLimited(TimeSpan.FromSeconds(30)));
        await ExchangeAsync();
        Assert.False(_two.CanCall());
    }

    [Fact]
    public async Task Round_NothingNew_WritesNothing()
    {
        await ExchangeAsync();
        _one.Call(AttemptOutcomeKind.Unauthorized);
        await ExchangeAsync();
        _time.Advance(TimeSpan.FromMilliseconds(123));
        await ExchangeAsync();
        Assert.Equal(1, _store.Puts);
    }

    [Fact]
    public async Task Round_StaleFindingsOfAnInstanceThatIsGone_AreRemoved()
    {
        _one.Call(AttemptOutcomeKind.Unauthorized);
        await _one.RoundAsync();
        _time.Advance(TimeSpan.FromMinutes(6) - TimeSpan.FromSeconds(1));
        await _two.RoundAsync();
        Assert.Single(_store.Rows);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _two.RoundAsync();
        Assert.Empty(_store.Rows);
        Assert.True(_two.CanCall());
    }

    [Fact]
    public async Task Round_OwnFindingAfterAnOlderOneOfAnother_IsNotUndoneByIt()
    {
        _one.Call(AttemptOutcomeKind.Unauthorized);
        await ExchangeAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        _two.Call(AttemptOutcomeKind.Success);
        await _two.RoundAsync();
        Assert.True(_two.CanCall());
    }

    [Fact]
    public async Task Changed_Refusal_EndsTheWaitAtOnce()
    {
        var waiting = _one.Exchange.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _one.Call(AttemptOutcomeKind.Unauthorized);
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        _one.Exchange.Changed(new HealthNotice("p", null, "c", HealthNoticeKind.Unpaid, _time.GetUtcNow()));
        _one.Exchange.Changed(new HealthNotice("p", null, "c", HealthNoticeKind.Usable, _time.GetUtcNow()));
        await _one.Exchange.WaitAsync(TimeSpan.FromHours(1), CancellationToken.None);
    }

    private async Task ExchangeAsync()
    {
        await _one.RoundAsync();
        await _two.RoundAsync();
    }

    private sealed class Instance
    {
        private readonly HealthBoard _board;

        public Instance(string name, IHealthNotices store, TimeProvider time)
        {
            Exchange = new HealthExchange(store, time, name);
            _board = new HealthBoard(new HealthOptions(), time, new NoJitter(), Exchange);
        }

        public HealthExchange Exchange { get; }

        public Task RoundAsync() => Exchange.RoundAsync(_board, CancellationToken.None);

        public void Call(AttemptOutcome outcome)
        {
            using var attempts = _board.Begin(new RoutePlan([Target("p", "m")]), 1, Budget);
            if (attempts.Next().HasTarget)
            {
                attempts.Report(outcome);
            }
        }

        public bool CanCall()
        {
            using var attempts = _board.Begin(new RoutePlan([Target("p", "m")]), 1, Budget);
            return attempts.Next().HasTarget;
        }
    }

    private sealed class MemoryNotices : IHealthNotices
    {
        public Dictionary<string, InstanceNotices> Rows { get; } = [];

        public int Puts { get; private set; }

        public Task PutAsync(string instance, IReadOnlyList<HealthNotice> notices, CancellationToken cancellationToken)
        {
            Rows[instance] = new InstanceNotices(instance, $"{++Puts}", notices);
            return Task.CompletedTask;
        }

        public Task DeleteAsync(string instance, string? version, CancellationToken cancellationToken)
        {
            if (version is null || version == Rows.GetValueOrDefault(instance)?.Version)
            {
                Rows.Remove(instance);
            }

            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<InstanceNotices>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<InstanceNotices>>([.. Rows.Values]);
    }
}
