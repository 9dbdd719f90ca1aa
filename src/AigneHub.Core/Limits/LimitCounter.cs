using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Limits;

/// <summary>
/// One subject's limits on this instance. Calls take from blocks that were drawn from the subject's row; only a call for which
/// nothing is left here waits for storage.
/// </summary>
internal sealed class LimitCounter(
    string subject, ILimitStore store, StoreClock clock, IIncidents incidents, Random random, TimeProvider time)
{
    private const int TriesMax = 8;
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StreamRetry = TimeSpan.FromSeconds(1);

    /// <summary>What is drawn and not used is given back after this time without a call, or lapses with the window.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>How often it is looked whether others have given something back.</summary>
    private static readonly TimeSpan DryMax = TimeSpan.FromSeconds(3);

    /// <summary>How often storage that does not answer is tried again.</summary>
    private static readonly TimeSpan AwayRetry = TimeSpan.FromSeconds(5);

    /// <summary>A counter that nobody used for so long is forgotten.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly LimitWindows _windows = new(subject);
    private readonly Allowance _requests = new(mayExceed: false);
    private readonly Allowance _tokens = new(mayExceed: true);
    private readonly List<long> _waiting = [];
    private Task? _drawing;
    private TimeSpan? _awayUntil;
    private TimeSpan _usedAt = clock.Elapsed;
    private long _window = long.MinValue;
    private long _drawnIn = long.MinValue;
    private int _sharers = 1;
    private int _streams;
    private int _open;

    public string Subject => subject;

    /// <summary>Counts a call, if all limits have room for it.</summary>
    public LimitTaking TryTake(RateLimits limits, long tokens, bool streamed, TimeSpan now, out long window, out LimitRefusal? refusal)
    {
        lock (_lock)
        {
            window = Begin(now);
            refusal = null;
            (_usedAt, _requests.Limit, _tokens.Limit) = (now, limits.RequestsPerMinute, limits.TokensPerMinute);
            if (streamed && limits.ConcurrentStreams is { } max && _streams >= max)
            {
                refusal = new LimitRefusal(subject, LimitKind.Streams, max, StreamRetry);
                return LimitTaking.Refused;
            }

            if (!Has(_requests, 1) || !Has(_tokens, tokens))
            {
                return Lacking(tokens, now, out refusal);
            }

            _requests.Take(1, now);
            _tokens.Take(tokens, now);
            _streams += streamed ? 1 : 0;
            _open++;
            return LimitTaking.Taken;
        }
    }

    /// <summary>A call that was counted is not made.</summary>
    public void Return(long window, long tokens, bool streamed) => End(window, tokens, used: 0, streamed, requests: 1);

    /// <summary>A call has ended: the difference to what was foreseen is charged to the current window, or given back to its own.</summary>
    public void End(long window, long tokens, long used, bool streamed, int requests = 0)
    {
        lock (_lock)
        {
            _open--;
            _streams -= streamed ? 1 : 0;
            var sameWindow = Begin(clock.Elapsed) == window;
            if (sameWindow)
            {
                _requests.GiveBack(requests);
            }

            if (sameWindow || used > tokens)
            {
                _tokens.GiveBack(tokens - used);
            }
        }
    }

    /// <summary>Before <see cref="DrawAsync"/>: it is to draw for this call.</summary>
    public void Expect(long tokens) => SetWaiting(tokens, isWaiting: true);

    public void Unexpect(long tokens) => SetWaiting(tokens, isWaiting: false);

    /// <summary>Draws what is needed, gives back what is not. One at a time: who comes meanwhile waits for the one that runs.</summary>
    public Task DrawAsync()
    {
        TaskCompletionSource done;
        lock (_lock)
        {
            if (_drawing is { IsCompleted: false } running)
            {
                return running;
            }

            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _drawing = done.Task;
        }

        return RunDrawAsync(done);
    }

    /// <summary>Storage is not waited for any more: until it answers this instance keeps to its share.</summary>
    public void StopWaiting()
    {
        lock (_lock)
        {
            _awayUntil = clock.Elapsed + AwayRetry;
        }
    }

    /// <summary>Whether the background has something to do: a new block, a debt to tell, a rest to give back.</summary>
    public bool IsDue(TimeSpan now)
    {
        lock (_lock)
        {
            Begin(now);
            if (_drawing is { IsCompleted: false } || now < _awayUntil)
            {
                return false;
            }

            return _awayUntil is not null || _requests.IsLow || _tokens.IsLow || _requests.Free < 0 || _tokens.Free < 0
                || (now - _usedAt > Idle && (_requests.Free > 0 || _tokens.Free > 0));
        }
    }

    public bool IsUnused(TimeSpan now)
    {
        lock (_lock)
        {
            return _open == 0 && _waiting.Count == 0 && now - _usedAt > Unused;
        }
    }

    public LimitStanding? Standing(LimitKind kind)
    {
        lock (_lock)
        {
            var allowance = kind == LimitKind.Requests ? _requests : _tokens;
            return allowance.Limit is { } limit ? new LimitStanding(limit, allowance.Remaining, UntilEnd(clock.Elapsed)) : null;
        }
    }

    private bool Has(Allowance allowance, long need) =>
        allowance.Has(need) || (_awayUntil is not null && allowance.DryAt is null && allowance.HasShare(need, _sharers));

    private LimitTaking Lacking(long tokens, TimeSpan now, out LimitRefusal? refusal)
    {
        var requestsLack = !Has(_requests, 1);
        var allowance = requestsLack ? _requests : _tokens;
        var isFinal = _awayUntil is not null || (allowance.Free <= 0 && now - allowance.DryAt < DryMax);
        refusal = isFinal
            ? new LimitRefusal(subject, requestsLack ? LimitKind.Requests : LimitKind.Tokens, allowance.Limit!.Value, UntilEnd(now))
            : null;
        return isFinal ? LimitTaking.Refused : LimitTaking.Lacking;
    }

    /// <summary>The current window; a new one begins with nothing.</summary>
    private long Begin(TimeSpan now)
    {
        var window = _windows.At(clock.At(now));
        if (window > _window || window < _window - 1)
        {
            BeginWindow(window);
        }

        return _window;
    }

    private void BeginWindow(long window)
    {
        _window = window;
        _requests.Begin();
        _tokens.Begin();
    }

    private TimeSpan UntilEnd(TimeSpan now) => _windows.UntilEnd(_window, clock.At(now));

    private void SetWaiting(long tokens, bool isWaiting)
    {
        lock (_lock)
        {
            if (isWaiting)
            {
                _waiting.Add(tokens);
            }
            else
            {
                _waiting.Remove(tokens);
            }

            (_requests.Waiting, _tokens.Waiting) = (_waiting.Count, _waiting.Sum());
            _tokens.WaitingMost = _waiting.Count == 0 ? 0 : _waiting.Max();
        }
    }

    private async Task RunDrawAsync(TaskCompletionSource done)
    {
        try
        {
            for (var tries = 1; tries <= TriesMax && !await TryDrawAsync(); tries++)
            {
                await Task.Delay(PauseMax * (random.NextDouble() * tries), time);
            }
        }
        catch (StorageUnavailableException)
        {
            StopWaiting();
        }
#pragma warning disable CA1031 // Limits fail open: whatever is wrong with one subject's row, its calls keep to the local share.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            StopWaiting();
            incidents.Report(new Incident(IncidentKind.LimitFailed, null, subject, exception.Message));
        }
        finally
        {
            done.SetResult();
        }
    }

    private async Task<bool> TryDrawAsync()
    {
        var view = await store.ReadAsync(subject, CancellationToken.None);
        clock.Saw(view.ReadAt);
        LimitDraw draw;
        lock (_lock)
        {
            draw = Plan(view.Use?.Value);
        }

        var isTaken = draw.Use == view.Use?.Value
            || await store.TryWriteAsync(subject, draw.Use, view.Use?.ETag, CancellationToken.None);
        lock (_lock)
        {
            Conclude(draw, isTaken);
        }

        return isTaken;
    }

    private LimitDraw Plan(LimitUse? stored)
    {
        var now = clock.Elapsed;
        Begin(now);
        if (stored?.Window == _window + 1)
        {
            BeginWindow(stored.Window); // Another instance's clock is a little ahead.
        }

        var use = stored?.Window == _window
            ? stored
            : new LimitUse(_window, 0, 0, 0, stored?.Window == _window - 1 ? stored.Instances : 0);
        if (_drawnIn != _window)
        {
            use = use with { Instances = use.Instances + 1 };
        }

        var looksAhead = now - _usedAt <= Idle;
        var requests = _requests.Plan(use.Requests, use.Sharers, looksAhead, now);
        var tokens = _tokens.Plan(use.Tokens, use.Sharers, looksAhead, now);
        return new LimitDraw(use with { Requests = use.Requests + requests, Tokens = use.Tokens + tokens }, requests, tokens);
    }

    private void Conclude(LimitDraw draw, bool isTaken)
    {
        var now = clock.Elapsed;
        if (draw.Use.Window != Begin(now))
        {
            return;
        }

        if (isTaken)
        {
            (_drawnIn, _sharers, _awayUntil) = (_window, draw.Use.Sharers, null);
            _requests.Confirm(draw.Use.Requests, draw.Requests, now);
            _tokens.Confirm(draw.Use.Tokens, draw.Tokens, now);
        }
        else
        {
            _requests.Undo(draw.Requests);
            _tokens.Undo(draw.Tokens);
        }
    }

    /// <param name="Requests">Drawn in addition; below 0: given back.</param>
    /// <param name="Tokens">The same.</param>
    private readonly record struct LimitDraw(LimitUse Use, long Requests, long Tokens);
}
