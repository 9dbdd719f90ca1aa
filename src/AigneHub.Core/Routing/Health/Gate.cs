namespace AigneHub.Core.Routing.Health;

/// <summary>
/// Whether one credential, or one (provider, model, credential), may be called. Two things keep it shut: a cool-down, which
/// ends by itself, and a block (<see cref="BlockReason"/>), which only a successful probe ends. While nothing does, asking
/// costs one read. Thread-safe.
/// </summary>
/// <param name="counts">Whether calls are counted: what is only blocked by the vendor's verdicts need not.</param>
internal sealed class Gate(HealthOptions options, Random random, bool counts)
{
    private static readonly long ProbePatience = TimeSpan.FromSeconds(1).Ticks;

    /// <summary>A probe that has not ended by then (an answer may take minutes) does not keep the next one out.</summary>
    internal static readonly long ProbeAlone = TimeSpan.FromSeconds(5).Ticks;

    private readonly Lock _lock = new();
    private volatile bool _clear = true;
    private long _coolUntil;
    private int _coolStrikes;
    private bool _coolIsOwn;
    private BlockReason _reason;
    private bool _blockIsOwn;
    private long _blockedUntil;
    private int _blockStrikes;
    private int _probes;
    private long _probeBegan;
    private long _unblockedAt = long.MinValue / 2;
    private int _failuresInARow;
    private FailureWindow _window;

    public bool IsClear => _clear;

    public GatePass TryEnter(long now)
    {
        if (_clear)
        {
            return GatePass.Free;
        }

        lock (_lock)
        {
            if (now < _coolUntil)
            {
                return GatePass.Refused;
            }

            if (_reason == BlockReason.None)
            {
                _clear = true;
                return GatePass.Free;
            }

            if (now < _blockedUntil || IsProbing(now))
            {
                return GatePass.Refused;
            }

            _probes++;
            _probeBegan = now;
            return GatePass.Probe;
        }
    }

    /// <summary>When a call may pass, as far as is known: at most <paramref name="now"/> when it may now.</summary>
    public long FreeAt(long now)
    {
        if (_clear)
        {
            return now;
        }

        lock (_lock)
        {
            var probe = IsProbing(now) ? Math.Max(_blockedUntil, now + ProbePatience) : _blockedUntil;
            return Math.Max(Math.Max(_coolUntil, now), _reason == BlockReason.None ? now : probe);
        }
    }

    /// <summary>The reason that a probe's success has ended.</summary>
    public BlockReason Succeeded(long now, bool probe)
    {
        if (!counts && !probe && Volatile.Read(ref _coolStrikes) == 0)
        {
            return BlockReason.None;
        }

        lock (_lock)
        {
            if (probe)
            {
                _probes--;
                return Unblock(now);
            }

            if (_reason == BlockReason.None)
            {
                _failuresInARow = 0;
                _window.Add(now, options.Window.Ticks, failed: false);
                _coolStrikes = now < _coolUntil ? _coolStrikes : 0;
            }

            return BlockReason.None;
        }
    }

    /// <summary>
    /// The vendor answered, but its answer says nothing for or against the credential: enough to end a block for failures.
    /// </summary>
    public void Answered(long now, bool probe)
    {
        if (!probe)
        {
            return;
        }

        lock (_lock)
        {
            _probes--;
            if (_reason == BlockReason.Failures)
            {
                Unblock(now);
            }
            else
            {
                Postpone(now);
            }
        }
    }

    /// <summary>A failure on the vendor's side.</summary>
    public void Failed(long now, bool probe)
    {
        lock (_lock)
        {
            _probes -= probe ? 1 : 0;
            if (probe && _reason != BlockReason.None)
            {
                // After a later probe's failure, this one's is no news.
                if (now >= _blockedUntil)
                {
                    ProbeFailed(now);
                }

                return;
            }

            if (_reason != BlockReason.None)
            {
                return;
            }

            _window.Add(now, options.Window.Ticks, failed: true);
            var (calls, failures) = _window.Sum(now, options.Window.Ticks);
            var share = calls >= options.WindowCallsMin && failures * 100L >= calls * (long)options.FailurePercent;
            if (++_failuresInARow >= options.FailuresInARow || share)
            {
                Shut(BlockReason.Failures, now);
            }
        }
    }

    /// <summary>
    /// The vendor refused the credential. Verdicts on calls that began before the block, other than its probe, change nothing.
    /// </summary>
    /// <returns>Until when (ticks); null when nothing changed.</returns>
    public long? Block(BlockReason reason, long now, bool probe)
    {
        lock (_lock)
        {
            _probes -= probe ? 1 : 0;
            var isNews = probe && now >= _blockedUntil;
            if (!isNews && _reason is not (BlockReason.None or BlockReason.Failures))
            {
                return null;
            }

            Shut(reason, now);
            return _blockedUntil;
        }
    }

    /// <summary>A rate limit. The vendor's time is a floor; without one the delay doubles with each limit in a row.</summary>
    public void Cool(long now, TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            var strikes = now < _coolUntil ? _coolStrikes : ++_coolStrikes;
            var delay = retryAfter is { } named && named > TimeSpan.Zero
                ? Math.Min(named.Ticks, options.RetryAfterMax.Ticks)
                : Backoff.Ticks(options.CoolDownBase, options.CoolDownMax, strikes - 1, random);
            if (delay <= 0)
            {
                return;
            }

            _coolUntil = Math.Max(_coolUntil, now + delay);
            _coolIsOwn = true;
            _clear = false;
        }
    }

    /// <summary>A probe that came to nothing: the next call may be one.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            _probes--;
        }
    }

    /// <summary>Another instance's finding: it never shortens this one's.</summary>
    /// <param name="reason"><see cref="BlockReason.None"/>: a cool-down.</param>
    public void Absorb(BlockReason reason, long now, long until)
    {
        lock (_lock)
        {
            if (reason == BlockReason.None)
            {
                until = Math.Min(until, now + options.RetryAfterMax.Ticks);
                _coolIsOwn &= until <= _coolUntil;
                _coolUntil = Math.Max(_coolUntil, until);
            }
            else
            {
                until = Math.Min(until, now + options.DisabledMax.Ticks);
                _blockIsOwn &= _reason != BlockReason.None && until <= _blockedUntil;
                _blockedUntil = _reason == BlockReason.None ? until : Math.Max(_blockedUntil, until);
                _reason = reason;
            }

            _clear = false;
        }
    }

    /// <summary>The credential is known to be good again, or is another one: what was held against the old one is void.</summary>
    public void Reopen(long now)
    {
        lock (_lock)
        {
            if (_reason is not (BlockReason.None or BlockReason.Failures))
            {
                Unblock(now);
                _blockStrikes = 0;
            }
        }
    }

    public GateReading Read(long now)
    {
        lock (_lock)
        {
            var (calls, failures) = _window.Sum(now, options.Window.Ticks);
            var cooling = now < _coolUntil;
            var until = Math.Max(cooling ? _coolUntil : 0, _reason == BlockReason.None ? 0 : _blockedUntil);
            return new GateReading(_reason, _probes > 0 && now >= _blockedUntil, cooling, until, calls, failures);
        }
    }

    /// <summary>What this instance itself has found and others may want to know.</summary>
    public (long? CoolUntil, BlockReason Reason, long BlockedUntil) OwnFindings(long now)
    {
        lock (_lock)
        {
            var refused = _blockIsOwn && _reason is not (BlockReason.None or BlockReason.Failures) && now < _blockedUntil;
            return (_coolIsOwn && now < _coolUntil ? _coolUntil : null, refused ? _reason : BlockReason.None, _blockedUntil);
        }
    }

    private void Shut(BlockReason reason, long now)
    {
        // A block soon after the last one of its kind is the same trouble, and its delays go on growing.
        var again = _reason == reason || now - _unblockedAt < options.Window.Ticks;
        var strikes = again ? _blockStrikes : 0;
        var (first, max) = reason == BlockReason.Failures
            ? (options.OpenBase, options.OpenMax)
            : (options.DisabledBase, options.DisabledMax);
        var delay = Backoff.Ticks(first, max, strikes, random);
        if (delay <= 0)
        {
            return;
        }

        _blockedUntil = now + delay;
        _blockStrikes = strikes + 1;
        _blockIsOwn = true;
        _reason = reason;
        _failuresInARow = 0;
        _window = default;
        _clear = false;
    }

    private BlockReason Unblock(long now)
    {
        var ended = _reason;
        _reason = BlockReason.None;
        _unblockedAt = now;
        _failuresInARow = 0;
        _window = default;
        _clear = now >= _coolUntil;
        return ended;
    }

    private void Postpone(long now) => _blockedUntil = Math.Max(_blockedUntil, now + options.DisabledBase.Ticks);

    private void ProbeFailed(long now)
    {
        if (_reason == BlockReason.Failures)
        {
            Shut(BlockReason.Failures, now);
        }
        else
        {
            Postpone(now);
        }
    }

    private bool IsProbing(long now) => _probes > 0 && now < _probeBegan + ProbeAlone;
}
