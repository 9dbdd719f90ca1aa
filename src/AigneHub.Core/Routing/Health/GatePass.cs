namespace AigneHub.Core.Routing.Health;

internal enum GatePass
{
    Refused,
    Free,

    /// <summary>The one call that finds out whether the block can go; the permit must be given back.</summary>
    Probe,
}
