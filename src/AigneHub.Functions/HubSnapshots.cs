using AigneHub.Core.Routing;
using AigneHub.Gateway;
using AigneHub.Providers;
using AigneHub.Providers.Catalogue;
using AigneHub.Providers.Simulation;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Functions;

/// <summary>The configuration in force, from the settings.</summary>
internal sealed class HubSnapshots(HubSnapshot current) : IHubSnapshots
{
    public HubSnapshot Current { get; } = current;

    /// <exception cref="SettingsException">A provider's settings are wrong.</exception>
    public static HubSnapshots Of(HubOptions options, IConfiguration configuration)
    {
        var loaded = ProviderSettings.Load(name => configuration[name]);
        if (loaded.Problems.Count > 0)
        {
            throw new SettingsException(string.Join(' ', loaded.Problems));
        }

        IEnumerable<ProviderEntry> providers = loaded.Entries;
        IEnumerable<ModelEntry> models = PriceCatalogue.Load(loaded.Entries.Select(p => p.Id)).Models;
        if (options.SimulatedProvider)
        {
            providers = providers.Append(SimulatedProvider.Entry);
            models = models.Concat(SimulatedProvider.Models);
        }

        var known = ProviderTable.Rows.Select(row =>
            new KnownProvider(row.Id, $"Set {(row.NeedsKey ? row.KeySetting : row.BaseUrlSetting)}."));
        return new HubSnapshots(new HubSnapshot(options.Mode, providers, models, known));
    }
}
