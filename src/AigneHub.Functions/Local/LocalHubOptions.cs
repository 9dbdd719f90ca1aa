using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Functions.Local;

/// <summary>How a local hub is started.</summary>
internal sealed class LocalHubOptions
{
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Where Azurite's data and the administrator's key are kept; null: <c>.aignehub</c> in the repository.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Settings that win over all others.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Runs after the hub's own registrations.</summary>
    public Action<IServiceCollection> Services { get; init; } = static _ => { };
}
