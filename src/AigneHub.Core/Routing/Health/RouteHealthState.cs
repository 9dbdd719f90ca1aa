namespace AigneHub.Core.Routing.Health;

public enum RouteHealthState
{
    /// <summary>In use.</summary>
    Closed,

    /// <summary>Failing: nothing is sent for a while.</summary>
    Open,

    /// <summary>One call at a time finds out whether it works again.</summary>
    HalfOpen,

    /// <summary>Rate-limited.</summary>
    Cooling,

    /// <summary>The vendor refuses the credential; it is checked by single calls now and then.</summary>
    Disabled,
}
