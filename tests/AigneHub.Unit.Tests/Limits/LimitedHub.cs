using AigneHub.Core.Accounts;
using AigneHub.Core.Limits;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Limits;

/// <summary>Instances that share one row of limits, on one clock that stands still between calls.</summary>
internal sealed class LimitedHub
{
    public const string Subject = "key:k";
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);
    private readonly List<RateLimiter> _instances = [];
    private readonly RateLimits _limits;
    private DateTimeOffset _tended;

    public LimitedHub(int instances, RateLimits limits)
    {
        // The subject's windows begin at some second of the minute: at this moment one does.
        var start = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        Clock = new FakeTimeProvider(start + new LimitWindows(Subject).UntilEnd(new LimitWindows(Subject).At(start), start));
        (_limits, _tended) = (limits, Clock.GetUtcNow());
        Store = new MemoryLimits(Clock);
        for (var i = 0; i < instances; i++)
        {
            _instances.Add(new RateLimiter(Store, Incidents, new Random(i), Clock));
        }
    }

    public FakeTimeProvider Clock { get; }

    public MemoryLimits Store { get; }

    public IncidentLog Incidents { get; } = new();

    public RateLimiter this[int instance] => _instances[instance];

    public static IReadOnlyList<LimitedBy> By(RateLimits limits) => [new(Subject, limits)];

    /// <summary>One call, answered at once by the memory's storage.</summary>
    public (LimitPass? Pass, LimitRefusal? Refusal) Call(int instance, long tokens = 1, bool streamed = false) =>
        Call(instance, By(_limits), null, tokens, streamed);

    public (LimitPass? Pass, LimitRefusal? Refusal) Call(
        int instance, IReadOnlyList<LimitedBy> limits, LimitedBy? model, long tokens = 1, bool streamed = false)
    {
        return Call(instance, limits, model, new ForeseenTokens(tokens, 0), streamed);
    }

    public (LimitPass? Pass, LimitRefusal? Refusal) Call(
        int instance, IReadOnlyList<LimitedBy> limits, LimitedBy? model, ForeseenTokens tokens, bool streamed = false)
    {
        var admitting = _instances[instance].AdmitAsync(limits, model, tokens, streamed, default).AsTask();
        Assert.True(admitting.IsCompletedSuccessfully);
        return admitting.Result;
    }

    public bool Passes(int instance, long tokens = 1) => Call(instance, tokens).Pass is not null;

    /// <summary>Time goes by, and what instances do in the background is done.</summary>
    public void Advance(TimeSpan span)
    {
        var until = Clock.GetUtcNow() + span;
        while (_tended + Round <= until)
        {
            Clock.Advance(_tended + Round - Clock.GetUtcNow());
            _tended = Clock.GetUtcNow();
            foreach (var instance in _instances)
            {
                Assert.True(instance.TendAsync(default).Wait(TimeSpan.FromSeconds(30)));
            }
        }

        Clock.Advance(until - Clock.GetUtcNow());
    }
}
