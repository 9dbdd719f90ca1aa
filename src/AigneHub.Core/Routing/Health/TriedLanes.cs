namespace AigneHub.Core.Routing.Health;

/// <summary>The lanes that one call has used; the first costs no allocation.</summary>
internal struct TriedLanes
{
    private Lane? _first;
    private List<Lane>? _others;

    public void Add(Lane lane)
    {
        if (_first is null)
        {
            _first = lane;
        }
        else
        {
            (_others ??= new(2)).Add(lane);
        }
    }

    /// <summary>Two lanes are the same when they lead to the same state, whichever plan they come from.</summary>
    public readonly bool Contains(Lane lane) =>
        _first is not null && (_first.Route == lane.Route || (_others is { } others && Hold(others, lane.Route)));

    public readonly bool Contains(TargetState speed) =>
        _first is not null && (_first.Speed == speed || (_others is { } others && Hold(others, speed)));

    // In a method of its own: what a lambda captures is allocated where its scope begins.
    private static bool Hold(List<Lane> others, RouteState route) => others.Exists(l => l.Route == route);

    private static bool Hold(List<Lane> others, TargetState speed) => others.Exists(l => l.Speed == speed);
}
