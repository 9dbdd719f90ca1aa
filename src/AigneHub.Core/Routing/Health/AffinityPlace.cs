namespace AigneHub.Core.Routing.Health;

/// <summary>Where a conversation was served last.</summary>
/// <param name="ExpiresAt">Ticks of the board's clock.</param>
internal sealed record AffinityPlace(RouteState Route, long ExpiresAt);
