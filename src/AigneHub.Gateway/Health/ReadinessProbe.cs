namespace AigneHub.Gateway.Health;

/// <summary>Something a hub can't work without.</summary>
/// <param name="Name">As shown in <c>/health/ready</c>.</param>
/// <param name="CheckAsync">Whether it answers.</param>
public sealed record ReadinessProbe(string Name, Func<CancellationToken, Task<bool>> CheckAsync);
