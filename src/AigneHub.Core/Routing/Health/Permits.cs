namespace AigneHub.Core.Routing.Health;

/// <summary>What an attempt holds and must give back.</summary>
[Flags]
internal enum Permits
{
    None = 0,

    /// <summary>The credential's probe.</summary>
    HolderProbe = 1,

    /// <summary>The probe of the (provider, model, credential).</summary>
    RouteProbe = 2,

    /// <summary>The only call to a target whose speed is unknown.</summary>
    Exploring = 4,

    /// <summary>It counts among the calls that wait for a first byte.</summary>
    Waiting = 8,
}
