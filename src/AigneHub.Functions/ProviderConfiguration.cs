using AigneHub.Core.Routing;
using AigneHub.Gateway.Configuration;
using AigneHub.Providers;
using AigneHub.Providers.Configuration;
using AigneHub.Providers.Simulation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions;

/// <summary>The providers that the settings configure.</summary>
internal static class ProviderConfiguration
{
    /// <exception cref="SettingsException">A provider's settings are wrong.</exception>
    public static SettingsConfiguration Of(HubOptions options, IConfiguration configuration)
    {
        var loaded = ProviderSettings.Load(name => configuration[name]);
        if (loaded.Problems.Count > 0)
        {
            throw new SettingsException(string.Join(' ', loaded.Problems));
        }

        var known = ProviderTable.Rows.Select(row =>
            new KnownProvider(row.Id, $"Set {SwitchOf(row)}, or add it at run time."));
        return new SettingsConfiguration(
            options.Mode,
            options.SimulatedProvider ? [.. loaded.Entries, SimulatedProvider.Entry] : loaded.Entries,
            options.SimulatedProvider ? SimulatedProvider.Models : [],
            [.. known]);
    }

    /// <summary>The setting that switches the vendor on: where several kinds of credentials do, it is the address.</summary>
    private static string SwitchOf(ProviderRow row) =>
        row.NeedsKey && row.Credentials == CredentialSource.ApiKey ? row.KeySetting : row.BaseUrlSetting;
}

/// <summary>Follows the stored configuration, once everything is there: storage of a newer version must not be served.</summary>
internal sealed class SnapshotService(HubSnapshots snapshots, HubStartup startup) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await startup.Completed.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (startup.Completed.IsCompletedSuccessfully)
        {
            await snapshots.RunAsync(stoppingToken);
        }
    }
}
