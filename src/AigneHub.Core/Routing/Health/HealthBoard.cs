namespace AigneHub.Core.Routing.Health;

/// <summary>
/// What this instance has learnt about targets and credentials, across snapshots: one for the life of the process.
/// Thread-safe; its memory is bounded by <see cref="HealthOptions.StatesMax"/> and <see cref="HealthOptions.AffinitiesMax"/>.
/// What is forgotten is learnt again.
/// </summary>
public sealed class HealthBoard : IFirstByteTimes
{
    private readonly TwoGenerations<string, CredentialPool> _pools;
    private readonly TwoGenerations<(string Provider, string Credential), CredentialState> _credentials;
    private readonly TwoGenerations<(string Provider, string Model), TargetState> _speeds;
    private readonly TwoGenerations<(string Provider, string Model, string Credential), RouteState> _routes;
    private readonly TwoGenerations<ulong, AffinityPlace> _affinities;
    private readonly ICredentialEvents? _events;
    private int _epoch;

    /// <param name="random">Jitter; must be thread-safe. Null: <see cref="System.Random.Shared"/>.</param>
    /// <param name="events">Told of refused and recovered credentials.</param>
    public HealthBoard(HealthOptions options, TimeProvider time, Random? random = null, ICredentialEvents? events = null)
    {
        Options = options;
        Clock = new HealthClock(time);
        Random = random ?? Random.Shared;
        _events = events;
        Action turned = () => Interlocked.Increment(ref _epoch);
        _pools = new(options.StatesMax, turned);
        _credentials = new(options.StatesMax, turned);
        _speeds = new(options.StatesMax, turned);
        _routes = new(options.StatesMax, turned);
        _affinities = new(options.AffinitiesMax);
    }

    internal HealthOptions Options { get; }

    internal HealthClock Clock { get; }

    internal Random Random { get; }

    internal int StateCount => _routes.Count + _speeds.Count + _credentials.Count + _pools.Count + _affinities.Count;

    /// <summary>Begins the attempts of one call. To be disposed on every path: it may hold permits.</summary>
    /// <param name="attemptsMax">At least 1, the repeat of a target included.</param>
    /// <param name="budget">From now on; no attempt begins after it.</param>
    /// <param name="affinityKey">
    /// Names the conversation (with its account) when its calls should stay together; to be given for plans with
    /// <see cref="RoutePlan.SessionAffinity"/>.
    /// </param>
    public AttemptSequence Begin(RoutePlan plan, int attemptsMax, TimeSpan budget, ulong? affinityKey = null) =>
        new(this, plan, attemptsMax, budget, affinityKey);

    public double? MillisecondsOf(RouteTarget target) => LanesOf(target).Speed.Milliseconds(Clock.Now, underLoad: true);

    /// <summary>All that is known, by provider, model, credential; a copy.</summary>
    public IReadOnlyList<RouteHealth> View() => HealthReport.View(this, _routes.Values(), _credentials.Values());

    /// <summary>
    /// This instance's own findings that still hold: cool-downs and refused credentials; not what others told it.
    /// </summary>
    public IReadOnlyList<HealthNotice> Export() => HealthReport.Export(Clock, _routes.Values(), _credentials.Values());

    /// <summary>Takes in what other instances have found. It never shortens what this one has found itself.</summary>
    public void Absorb(IEnumerable<HealthNotice> notices)
    {
        foreach (var notice in notices.Take(Options.StatesMax))
        {
            var now = Clock.Now;
            var gate = notice.Model is null
                ? Credential(notice.Provider, notice.CredentialId).Gate
                : Route(notice.Provider, notice.Model, notice.CredentialId).Gate;
            var until = notice.Kind == HealthNoticeKind.Usable ? now : Clock.At(notice.Until);
            if (notice.Kind == HealthNoticeKind.Usable)
            {
                gate.Reopen(now);
            }
            else if (until > now)
            {
                gate.Absorb(HealthReport.ReasonOf(notice.Kind), now, until);
            }
        }
    }

    /// <summary>
    /// The operator knows that the credential can be used again: what the vendor held against it, with any model, is void here
    /// and is told to the other instances as such.
    /// </summary>
    public void Readmit(string provider, CredentialEntry credential)
    {
        var id = credential.StateId();
        var now = Clock.Now;
        HealthNotice[] notices =
        [
            new(provider, null, id, HealthNoticeKind.Usable, Clock.Utc(now)),
            .. _routes.Values()
                .Where(route => route.Provider == provider && route.CredentialId == id && route.Gate.Read(now).IsRefusal)
                .Select(route => new HealthNotice(provider, route.Model, id, HealthNoticeKind.Usable, Clock.Utc(now))),
        ];
        Absorb(notices);
        foreach (var notice in notices)
        {
            _events?.Changed(notice);
        }
    }

    internal TargetLanes LanesOf(RouteTarget target)
    {
        var lanes = target.Lanes;
        return lanes is not null && lanes.Board == this && lanes.Epoch == Volatile.Read(ref _epoch) ? lanes : Bind(target);
    }

    /// <summary>Where the conversation was served, if that is known and not too old.</summary>
    internal RouteState? PlaceOf(ulong affinityKey, long now) =>
        _affinities.TryGet(affinityKey, out var place) && now < place.ExpiresAt ? place.Route : null;

    internal void Remember(ulong affinityKey, RouteState route, long now) =>
        _affinities.Set(affinityKey, new AffinityPlace(route, now + Options.AffinityAge.Ticks));

    internal double? AverageOf(string provider, string model, long now) =>
        _speeds.TryGet((provider, model), out var speed) ? speed.Milliseconds(now, underLoad: false) : null;

    internal void Tell(Lane lane, bool wholeCredential, HealthNoticeKind kind, long until) => _events?.Changed(new HealthNotice(
        lane.Holder.Provider, wholeCredential ? null : lane.Route.Model, lane.Holder.Id, kind, Clock.Utc(until)));

    private TargetLanes Bind(RouteTarget target)
    {
        // The epoch first: a generation that goes meanwhile makes the next call bind again.
        var epoch = Volatile.Read(ref _epoch);
        var (provider, model) = (target.Provider.Id, target.UpstreamModel);
        var speed = _speeds.GetOrAdd((provider, model), Options, options => new TargetState(options));
        var lanes = new List<Lane>(target.Provider.Credentials.Count);
        foreach (var credential in target.Provider.Credentials.OrderBy(c => c.Tier))
        {
            var id = credential.StateId();
            lanes.Add(new Lane(target, credential, speed, Credential(provider, id), Route(provider, model, id)));
        }

        var pool = _pools.GetOrAdd(provider, this, _ => new CredentialPool());
        return target.Lanes = new TargetLanes(this, epoch, speed, pool, [.. lanes]);
    }

    private CredentialState Credential(string provider, string id) => _credentials.GetOrAdd(
        (provider, id), (Board: this, provider, id), a => new(a.provider, a.id, a.Board.NewGate(counts: false)));

    private RouteState Route(string provider, string model, string id) => _routes.GetOrAdd(
        (provider, model, id), (Board: this, provider, model, id),
        a => new(a.provider, a.model, a.id, a.Board.NewGate(counts: true)));

    private Gate NewGate(bool counts) => new(Options, Random, counts);
}
