namespace AigneHub.Core.Routing.Health;

/// <summary>Where instances tell each other what they have found.</summary>
public interface IHealthNotices
{
    /// <summary>Replaces what the instance has told before.</summary>
    Task PutAsync(string instance, IReadOnlyList<HealthNotice> notices, CancellationToken cancellationToken);

    /// <param name="version">As listed: what has been told since stays. Null: any.</param>
    Task DeleteAsync(string instance, string? version, CancellationToken cancellationToken);

    /// <summary>What all instances have told.</summary>
    Task<IReadOnlyList<InstanceNotices>> ListAsync(CancellationToken cancellationToken);
}

/// <param name="Version">Another one each time the instance tells something.</param>
public sealed record InstanceNotices(string Instance, string Version, IReadOnlyList<HealthNotice> Notices);
