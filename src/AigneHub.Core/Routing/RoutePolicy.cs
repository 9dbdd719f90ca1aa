namespace AigneHub.Core.Routing;

/// <summary>In which order the targets of one tier are tried.</summary>
public enum RoutePolicy
{
    /// <summary>As they stand in the alias.</summary>
    Priority,

    /// <summary>At random by weight.</summary>
    Weighted,

    /// <summary>By the price of the call's estimated input and output, lowest first; unpriced ones last.</summary>
    Cheapest,

    /// <summary>By peak-sensitive moving average of the time to the first byte, lowest first.</summary>
    Fastest,
}
