using AigneHub.Core;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Configuration;

/// <summary>What the settings say; it holds as long as the process runs.</summary>
/// <param name="Providers">Configured by settings, the simulated one included where it is on.</param>
/// <param name="Models">Beside the catalogue's: the simulated provider's.</param>
/// <param name="Known">All vendors, configured or not, for helpful errors.</param>
public sealed record SettingsConfiguration(
    HubMode Mode, IReadOnlyList<ProviderEntry> Providers, IReadOnlyList<ModelEntry> Models, IReadOnlyList<KnownProvider> Known)
{
    /// <summary>The provider of the settings with this id (case doesn't matter).</summary>
    public ProviderEntry? Find(string id) =>
        Providers.FirstOrDefault(provider => provider.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
