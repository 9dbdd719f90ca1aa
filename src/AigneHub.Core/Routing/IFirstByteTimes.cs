namespace AigneHub.Core.Routing;

/// <summary>How fast targets have been.</summary>
public interface IFirstByteTimes
{
    /// <summary>
    /// What a further call would have to wait for its first byte, by experience and load; null when nothing is known.
    /// </summary>
    double? MillisecondsOf(RouteTarget target);
}
