namespace AigneHub.Core.Routing.Health;

/// <summary>
/// The attempts of one call: <see cref="Next"/>, send, <see cref="Report"/>, until there is a result or nothing is left.
/// <list type="bullet">
/// <item>Each attempt uses another (provider, model, credential). After a rate limit or a refused credential the target's
/// other credentials come first, then the next targets in the plan's order, at last other credentials of tried targets.</item>
/// <item>A target is repeated only when it could not be reached at all, once, after a short delay, and when nothing else is
/// left.</item>
/// <item>No attempt follows a success, a verdict on the request or a cancellation.</item>
/// </list>
/// For one caller at a time. Disposing gives back what an unreported attempt holds.
/// </summary>
public sealed class AttemptSequence : IDisposable
{
    private readonly HealthBoard _board;
    private readonly RoutePlan _plan;
    private readonly ulong? _affinityKey;
    private readonly long _endsAt;
    private readonly int _attemptsMax;
    private TriedLanes _tried;
    private Lane? _lane;
    private Lane? _unreached;
    private Lane? _credentialFailed;
    private Permits _permits;
    private long _startedAt;
    private int _attempts;
    private bool _sawFirstByte;
    private bool _over;

    internal AttemptSequence(HealthBoard board, RoutePlan plan, int attemptsMax, TimeSpan budget, ulong? affinityKey)
    {
        _board = board;
        _plan = plan;
        _affinityKey = affinityKey;
        _attemptsMax = attemptsMax;
        _startedAt = board.Clock.Now;
        _endsAt = _startedAt + budget.Ticks;
    }

    /// <exception cref="InvalidOperationException">The last attempt was not reported.</exception>
    public AttemptStep Next()
    {
        if (_lane is not null)
        {
            throw new InvalidOperationException("The attempt has not been reported.");
        }

        var now = _attempts == 0 ? _startedAt : _board.Clock.Now;
        if (_over || (_attempts > 0 && (_attempts >= _attemptsMax || now >= _endsAt)))
        {
            return default;
        }

        if (EnterAny(now) is { } lane)
        {
            return Begin(lane, now, TimeSpan.Zero);
        }

        var delay = _board.Options.RetryDelay * (1 + _board.Random.NextDouble());
        if (_unreached is { } again && now + delay.Ticks < _endsAt && again.TryEnter(now, out _permits))
        {
            _unreached = null;
            _over = true;
            return Begin(again, now, delay);
        }

        return Nothing(now);
    }

    /// <summary>
    /// The first byte of an answer has come: the target's speed is known, and a probe has succeeded. Optional: without it the
    /// report does the same, at the answer's end.
    /// </summary>
    /// <param name="elapsed">Since the request was sent.</param>
    /// <exception cref="InvalidOperationException">There is no attempt.</exception>
    public void FirstByte(TimeSpan elapsed)
    {
        var lane = _lane ?? throw new InvalidOperationException("There is no attempt.");
        var now = _board.Clock.Now;
        ObserveFirstByte(lane, now, elapsed);
        if ((_permits & (Permits.HolderProbe | Permits.RouteProbe)) != 0)
        {
            Succeed(lane, now);
        }
    }

    /// <exception cref="InvalidOperationException">There is no attempt.</exception>
    public void Report(in AttemptOutcome outcome)
    {
        var lane = _lane ?? throw new InvalidOperationException("There is no attempt to report.");
        var now = _board.Clock.Now;
        var kind = outcome.Kind;
        switch (kind)
        {
            case AttemptOutcomeKind.Success:
                ObserveFirstByte(lane, now, outcome.FirstByte ?? TimeSpan.FromTicks(now - _startedAt));
                Succeed(lane, now);
                if (_affinityKey is { } key)
                {
                    _board.Remember(key, lane.Route, now);
                }

                break;
            case AttemptOutcomeKind.RateLimited:
                Answered(lane, now);
                (outcome.WholeCredential ? lane.Holder.Gate : lane.Route.Gate).Cool(now, outcome.RetryAfter);
                break;
            case AttemptOutcomeKind.Unauthorized or AttemptOutcomeKind.Unpaid or AttemptOutcomeKind.Forbidden:
                Refused(lane, now, kind);
                break;
            case AttemptOutcomeKind.Unreachable or AttemptOutcomeKind.Unavailable or AttemptOutcomeKind.Timeout
                or AttemptOutcomeKind.Cut:
                Failed(lane, now, outcome.RetryAfter);
                break;
            case AttemptOutcomeKind.NotServed or AttemptOutcomeKind.Rejected:
                Answered(lane, now);
                break;
            default:
                break;
        }

        GiveBack(lane);
        _lane = null;
        _over |= kind is AttemptOutcomeKind.Success or AttemptOutcomeKind.Cut or AttemptOutcomeKind.Rejected
            or AttemptOutcomeKind.Cancelled;
        _credentialFailed = kind is AttemptOutcomeKind.RateLimited or AttemptOutcomeKind.Unauthorized or AttemptOutcomeKind.Unpaid
            or AttemptOutcomeKind.Forbidden ? lane : null;
        _unreached ??= kind == AttemptOutcomeKind.Unreachable ? lane : null;
    }

    public void Dispose()
    {
        if (_lane is { } lane)
        {
            GiveBack(lane);
            _lane = null;
        }

        _over = true;
    }

    private AttemptStep Begin(Lane lane, long now, TimeSpan delay)
    {
        _attempts++;
        _lane = lane;
        _tried.Add(lane);
        _startedAt = now + delay.Ticks;
        _sawFirstByte = false;
        _permits |= Permits.Waiting;
        lane.Speed.Begin();
        return new AttemptStep { Target = lane.Target, Credential = lane.Credential, Delay = delay };
    }

    private Lane? EnterAny(long now)
    {
        var targets = _plan.TargetSpan;
        if (_attempts == 0 && _affinityKey is { } key && EnterPlace(targets, key, now) is { } place)
        {
            return place;
        }

        if (_credentialFailed is { } failed && _board.LanesOf(failed.Target).Enter(now, in _tried, out _permits) is { } sibling)
        {
            return sibling;
        }

        var start = 0;
        foreach (var end in _plan.TierEndSpan)
        {
            var tier = targets[start..end];
            var found = _plan.IsFastest ? EnterExploring(tier, now) : EnterUntried(tier, now);
            if (found is not null)
            {
                return found;
            }

            start = end;
        }

        return _attempts == 0 ? null : EnterTried(targets, now);
    }

    private Lane? EnterPlace(ReadOnlySpan<RouteTarget> targets, ulong key, long now)
    {
        if (_board.PlaceOf(key, now) is not { } route)
        {
            return null;
        }

        foreach (var target in targets)
        {
            if (target.Provider.Id != route.Provider || target.UpstreamModel != route.Model)
            {
                continue;
            }

            var lane = Array.Find(_board.LanesOf(target).Lanes, l => l.Route == route);
            return lane is not null && lane.TryEnter(now, out _permits) ? lane : null;
        }

        return null;
    }

    private Lane? EnterUntried(ReadOnlySpan<RouteTarget> tier, long now)
    {
        foreach (var target in tier)
        {
            var lanes = _board.LanesOf(target);
            if ((_attempts == 0 || !_tried.Contains(lanes.Speed)) && lanes.Enter(now, in _tried, out _permits) is { } lane)
            {
                return lane;
            }
        }

        return null;
    }

    /// <summary>As before, but a target of unknown speed gets one call at a time while there is another way.</summary>
    private Lane? EnterExploring(ReadOnlySpan<RouteTarget> tier, long now)
    {
        foreach (var target in tier)
        {
            var lanes = _board.LanesOf(target);
            var unknown = !lanes.Speed.IsKnown;
            if (_tried.Contains(lanes.Speed) || (unknown && !lanes.Speed.TryExplore()))
            {
                continue;
            }

            if (lanes.Enter(now, in _tried, out _permits) is { } lane)
            {
                _permits |= unknown ? Permits.Exploring : Permits.None;
                return lane;
            }

            if (unknown)
            {
                lanes.Speed.EndExploring();
            }
        }

        return EnterUntried(tier, now);
    }

    private Lane? EnterTried(ReadOnlySpan<RouteTarget> targets, long now)
    {
        foreach (var target in targets)
        {
            if (_board.LanesOf(target).Enter(now, in _tried, out _permits) is { } lane)
            {
                return lane;
            }
        }

        return null;
    }

    private AttemptStep Nothing(long now)
    {
        var free = RetryTime.Of(_board, _plan, now);
        return new AttemptStep
        {
            RetryAfter = free,
            Error = _attempts > 0 ? null : RetryTime.AllCooling(_board, _plan, free ?? RetryTime.Least, now),
        };
    }

    private void ObserveFirstByte(Lane lane, long now, TimeSpan elapsed)
    {
        if (_sawFirstByte)
        {
            return;
        }

        _sawFirstByte = true;
        lane.Speed.Observe(now, Math.Max(0, elapsed.Ticks));
        EndWaiting(lane);
    }

    private void Succeed(Lane lane, long now)
    {
        var probes = _permits;
        _permits &= ~(Permits.HolderProbe | Permits.RouteProbe);
        var held = lane.Holder.Gate.Succeeded(now, (probes & Permits.HolderProbe) != 0);
        var route = lane.Route.Gate.Succeeded(now, (probes & Permits.RouteProbe) != 0);
        if (held != BlockReason.None)
        {
            _board.Tell(lane, wholeCredential: true, HealthNoticeKind.Usable, now);
        }

        if (route == BlockReason.Forbidden)
        {
            _board.Tell(lane, wholeCredential: false, HealthNoticeKind.Usable, now);
        }
    }

    private void Answered(Lane lane, long now)
    {
        lane.Holder.Gate.Answered(now, Take(Permits.HolderProbe));
        lane.Route.Gate.Answered(now, Take(Permits.RouteProbe));
    }

    private void Refused(Lane lane, long now, AttemptOutcomeKind kind)
    {
        var forbidden = kind == AttemptOutcomeKind.Forbidden;
        var reason = kind switch
        {
            AttemptOutcomeKind.Forbidden => BlockReason.Forbidden,
            AttemptOutcomeKind.Unpaid => BlockReason.Unpaid,
            _ => BlockReason.Unauthorized,
        };
        var (blamed, other) = forbidden ? (lane.Route.Gate, lane.Holder.Gate) : (lane.Holder.Gate, lane.Route.Gate);
        var (blamedProbe, otherProbe) = forbidden
            ? (Take(Permits.RouteProbe), Take(Permits.HolderProbe))
            : (Take(Permits.HolderProbe), Take(Permits.RouteProbe));
        other.Answered(now, otherProbe);
        if (blamed.Block(reason, now, blamedProbe) is { } until)
        {
            _board.Tell(lane, wholeCredential: !forbidden, HealthReport.KindOf(reason), until);
        }
    }

    private void Failed(Lane lane, long now, TimeSpan? retryAfter)
    {
        lane.Speed.Penalise(now, now - _startedAt);
        lane.Route.Gate.Failed(now, Take(Permits.RouteProbe));
        if (Take(Permits.HolderProbe))
        {
            lane.Holder.Gate.Failed(now, probe: true);
        }

        if (retryAfter is { } named && named > TimeSpan.Zero)
        {
            lane.Route.Gate.Cool(now, named);
        }
    }

    private bool Take(Permits permit)
    {
        var had = (_permits & permit) != 0;
        _permits &= ~permit;
        return had;
    }

    private void EndWaiting(Lane lane)
    {
        if (Take(Permits.Waiting))
        {
            lane.Speed.End();
        }

        if (Take(Permits.Exploring))
        {
            lane.Speed.EndExploring();
        }
    }

    private void GiveBack(Lane lane)
    {
        EndWaiting(lane);
        if (Take(Permits.HolderProbe))
        {
            lane.Holder.Gate.GiveBack();
        }

        if (Take(Permits.RouteProbe))
        {
            lane.Route.Gate.GiveBack();
        }
    }
}
