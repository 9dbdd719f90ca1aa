using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Providers.Configuration;

/// <summary>
/// Joins what the settings say with what is stored. The settings win: a stored provider with the id of one of theirs is not
/// used, but its credentials and models are. A record that can't be used is left out and its state says why.
/// </summary>
/// <param name="privateAllowed">Stored providers may be at loopback and private addresses.</param>
public sealed class SnapshotBuilder(SettingsConfiguration settings, bool privateAllowed)
{
    private (HashSet<string> Vendors, IReadOnlyList<ModelEntry> Models) _catalogue = ([], []);

    public SettingsConfiguration Settings { get; } = settings;

    /// <summary>What is in force before anything stored is known.</summary>
    public ConfigurationInForce BuildFromSettings() =>
        Build(StoredConfiguration.Empty, OpenedCredentials.None);

    /// <param name="opened">The credentials of <paramref name="stored"/>. Not for several threads at once.</param>
    public ConfigurationInForce Build(StoredConfiguration stored, OpenedCredentials opened)
    {
        var entries = opened.Items.ToLookup(item => item.Record.Provider, item => item.Entry, StringComparer.OrdinalIgnoreCase);
        var providers = Settings.Providers.Select(provider => WithStored(provider, [.. entries[provider.Id]])).ToList();
        var providerStates = new Dictionary<string, RecordState>(StringComparer.OrdinalIgnoreCase);
        var vendors = Settings.Providers.ToDictionary(p => p.Id, p => p.Vendor, StringComparer.OrdinalIgnoreCase);
        foreach (var record in stored.Providers)
        {
            var hasRecords = stored.Credentials.Any(credential => credential.Provider == record.Id);
            var (entry, state) = Bind(record, [.. entries[record.Id]], hasRecords);
            providerStates[record.Id] = state;
            if (entry is not null)
            {
                providers.Add(entry);
                vendors[record.Id] = record.Vendor;
            }
        }

        var modelStates = new Dictionary<string, RecordState>(StringComparer.OrdinalIgnoreCase);
        var models = Models(vendors, stored.Models, modelStates);
        var aliases = stored.Aliases.Select(record => record.Alias);
        var snapshot = new HubSnapshot(Settings.Mode, providers, models, Settings.Known, aliases);
        return new ConfigurationInForce(
            snapshot, stored.Version, providerStates, CredentialStates(stored, opened, vendors), modelStates,
            stored.Aliases.ToDictionary(
                record => record.Alias.Name, record => StateOf(record.Alias, snapshot), StringComparer.OrdinalIgnoreCase));
    }

    private static ProviderEntry WithStored(ProviderEntry provider, IReadOnlyList<CredentialEntry> stored) => stored.Count == 0
        ? provider
        : provider with { Credentials = [.. provider.Credentials.Where(c => c.Kind != CredentialKind.None), .. stored] };

    /// <param name="hasRecords">The provider has credentials, whether they can be used or not.</param>
    private (ProviderEntry? Entry, RecordState State) Bind(
        ProviderRecord record, IReadOnlyList<CredentialEntry> credentials, bool hasRecords)
    {
        if (Settings.Find(record.Id) is not null)
        {
            return (null, new RecordState(
                RecordStatus.Shadowed, $"The hub's settings configure the provider {record.Id}, and win."));
        }

        if (!record.Enabled)
        {
            return (null, RecordState.Disabled);
        }

        if (CustomVendors.Find(record.Vendor) is not { } row)
        {
            return (null, new RecordState(RecordStatus.Invalid, $"This version of the hub does not know the vendor {record.Vendor}."));
        }

        var (url, wrong) = BaseUrl.Of(record, row, privateAllowed);
        if (url is null)
        {
            return (null, new RecordState(RecordStatus.Invalid, wrong));
        }

        if (credentials.Count == 0)
        {
            if (row.NeedsKey || hasRecords)
            {
                return (null, new RecordState(RecordStatus.NoCredential, "It has no credential that can be used."));
            }

            credentials = [new CredentialEntry($"none:{record.Id}", CredentialKind.None, "")];
        }

        var entry = new ProviderEntry(
            record.Id, record.Vendor, record.DisplayName ?? row.DisplayName, row.Bind(url), credentials,
            record.Rank ?? row.Rank, row.ClientGone)
        { IsStored = true };
        return (entry, RecordState.Active);
    }

    private List<ModelEntry> Models(
        Dictionary<string, string> vendors, IReadOnlyList<ModelRecord> records, Dictionary<string, RecordState> states)
    {
        var known = CatalogueOf(vendors).ToDictionary(model => model.FullName, StringComparer.OrdinalIgnoreCase);
        var stored = new List<ModelEntry>();
        foreach (var record in records)
        {
            var name = record.FullName();
            states[name] = !record.Enabled ? RecordState.Disabled
                : vendors.ContainsKey(record.Provider) ? RecordState.Active
                : new RecordState(RecordStatus.NoProvider, $"The provider {record.Provider} is not in force.");
            if (states[name].Status == RecordStatus.Active)
            {
                stored.Add(Merge(record, known.GetValueOrDefault(name)));
                known.Remove(name);
            }
        }

        // Within a provider the first of a name has it.
        return [.. stored, .. known.Values];
    }

    private static ModelEntry Merge(ModelRecord record, ModelEntry? catalogue) => catalogue is null
        ? new ModelEntry(
            record.Provider, record.Id, record.Name, record.ContextWindow, record.MaxOutput, record.Price())
        { InputModalities = record.InputModalities, Limits = record.Limits }
        : catalogue with
        {
            Name = record.Name ?? catalogue.Name,
            ContextWindow = record.ContextWindow ?? catalogue.ContextWindow,
            MaxOutput = record.MaxOutput ?? catalogue.MaxOutput,
            Rates = record.Price() ?? catalogue.Rates,
            InputModalities = record.InputModalities ?? catalogue.InputModalities,
            Limits = record.Limits,
            IsFamily = false,
            IsDeprecated = false,
        };

    /// <summary>The catalogue's models of every provider, under the provider's own id.</summary>
    private IEnumerable<ModelEntry> CatalogueOf(Dictionary<string, string> vendors)
    {
        var needed = vendors.Values.ToHashSet(StringComparer.Ordinal);
        if (!needed.IsSubsetOf(_catalogue.Vendors))
        {
            _catalogue = (needed, PriceCatalogue.Load(needed).Models);
        }

        var byVendor = _catalogue.Models.ToLookup(model => model.Provider, StringComparer.OrdinalIgnoreCase);
        return vendors
            .SelectMany(provider => byVendor[provider.Value].Select(model => model.Provider == provider.Key
                ? model
                : OfProvider(model, provider.Key)))
            .Concat(Settings.Models);
    }

    // Not 'with': the full name is made once.
    private static ModelEntry OfProvider(ModelEntry model, string provider) =>
        new(provider, model.Id, model.Name, model.ContextWindow, model.MaxOutput, model.Rates)
        {
            Names = model.Names,
            BareNames = model.BareNames,
            Rules = model.Rules,
            IsFamily = model.IsFamily,
            IsDeprecated = model.IsDeprecated,
            InputModalities = model.InputModalities,
            Reasoning = model.Reasoning,
            Tools = model.Tools,
        };

    private static Dictionary<string, RecordState> CredentialStates(
        StoredConfiguration stored, OpenedCredentials opened, Dictionary<string, string> vendors) =>
        stored.Credentials.ToDictionary(
            record => record.Id,
            record => !record.Enabled ? RecordState.Disabled
                : opened.Failed.TryGetValue(record.Id, out var status) ? new RecordState(RecordStatus.NotOpened, status.Explain())
                : vendors.ContainsKey(record.Provider) ? RecordState.Active
                : new RecordState(RecordStatus.NoProvider, $"The provider {record.Provider} is not in force."));

    /// <summary>An alias is in force even when nothing it names is: the state tells why its calls will fail.</summary>
    private static RecordState StateOf(ModelAlias alias, HubSnapshot snapshot)
    {
        HubError? first = null;
        foreach (var model in alias.Targets.Select(target => target.Model).Concat(alias.Fallbacks))
        {
            var error = RoutePlanner.Plan(snapshot, new RouteRequest(model, ModelApi.OpenAiChat)).Error;
            if (error is null || error.Code == "api_not_served")
            {
                return RecordState.Active;
            }

            first ??= error;
        }

        return new RecordState(RecordStatus.Invalid, $"None of its models can be called. {first!.Message}");
    }
}
