using System.Collections.Concurrent;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Limits;

/// <summary>
/// Requests and tokens a minute over all instances, and streams on this one. Windows are fixed minutes: in each of them, by
/// storage's clock, no more requests pass than the limit says, on however many instances. A call passes as long as the window has a token
/// left, whatever it needs; so the tokens foreseen in a window exceed the limit by less than one call's
/// (<see cref="ForeseenTokens"/>).
/// Without storage each instance keeps to its share of the limit: unlike money, limits fail open.
/// </summary>
public sealed class RateLimiter(ILimitStore store, IIncidents incidents, Random random, TimeProvider time)
{
    /// <summary>The longest a call waits for storage before it goes by the local share.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private const int ParallelDraws = 16;

    private readonly StoreClock _clock = new(time);
    private readonly ConcurrentDictionary<string, LimitCounter> _counters = new(StringComparer.Ordinal);

    /// <summary>Completes at once while there is enough of each limit here. Exactly one of the results is null.</summary>
    /// <param name="limits">Of different subjects.</param>
    /// <param name="model">Of the model that is to be called.</param>
    /// <param name="streamed">It counts as one of the concurrent streams until it ends.</param>
    public ValueTask<(LimitPass? Pass, LimitRefusal? Refusal)> AdmitAsync(
        IReadOnlyList<LimitedBy> limits, LimitedBy? model, ForeseenTokens tokens, bool streamed, CancellationToken cancellationToken)
    {
        var shares = new LimitShare[limits.Count + (model is null ? 0 : 1)];
        for (var i = 0; i < shares.Length; i++)
        {
            var limit = i < limits.Count ? limits[i] : model!.Value;
            shares[i] = new LimitShare(CounterOf(limit.Subject), limit.Limits, tokens);
        }

        var pass = new LimitPass(shares, streamed);
        return pass.TryTake(_clock.Elapsed, out var refusal) ? new((pass, null))
            : refusal is not null ? new((null, refusal))
            : AdmitSlowlyAsync(pass, cancellationToken);
    }

    /// <summary>Draws ahead, gives back and forgets what is not used any more, until cancelled; returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellationToken);
                await TendAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: what is drawn lapses with its minute.
        }
    }

    /// <summary>One round of <see cref="RunAsync"/>.</summary>
    internal Task TendAsync(CancellationToken cancellationToken)
    {
        var now = _clock.Elapsed;
        foreach (var counter in _counters.Values.Where(counter => counter.IsUnused(now)))
        {
            _counters.TryRemove(counter.Subject, out _);
        }

        return Parallel.ForEachAsync(
            _counters.Values.Where(counter => counter.IsDue(now)),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelDraws, CancellationToken = cancellationToken },
            static (counter, _) => new ValueTask(counter.DrawAsync()));
    }

    private async ValueTask<(LimitPass? Pass, LimitRefusal? Refusal)> AdmitSlowlyAsync(
        LimitPass pass, CancellationToken cancellationToken)
    {
        var until = _clock.Elapsed + WaitMax;
        try
        {
            while (true)
            {
                var left = until - _clock.Elapsed;
                await pass.DrawAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
                if (pass.TryTake(_clock.Elapsed, out var refusal))
                {
                    return (pass, null);
                }

                if (refusal is not null)
                {
                    return (null, refusal);
                }
            }
        }
        catch (OperationCanceledException)
        {
            pass.ReturnTaken();
            throw;
        }
    }

    private LimitCounter CounterOf(string subject) => _counters.TryGetValue(subject, out var counter)
        ? counter
        : _counters.GetOrAdd(subject, static (name, self) => self.New(name), this);

    private LimitCounter New(string subject) => new(subject, store, _clock, incidents, random, time);
}
