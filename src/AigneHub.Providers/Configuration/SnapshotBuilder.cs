using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
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

    /// <summary>
    /// What is in force when nothing stored can be known: a hub that sells its calls has no prices then, and refuses them rather
    /// than to sell at others than it was told.
    /// </summary>
    public ConfigurationInForce BuildWithoutStored()
    {
        var built = BuildFromSettings();
        return Settings.Mode == HubMode.Enterprise ? built : built with
        {
            Snapshot = new HubSnapshot(
                Settings.Mode, built.Snapshot.Providers, built.Snapshot.RateCard.Entries.Select(model => model with { Rates = null }),
                Settings.Known),
        };
    }

    /// <param name="opened">The credentials of <paramref name="stored"/>. Not for several threads at once.</param>
    /// <param name="catalogue">The one that <paramref name="stored"/> names; null: the built-in one.</param>
    public ConfigurationInForce Build(StoredConfiguration stored, OpenedCredentials opened, PriceCatalogue? catalogue = null)
    {
        var entries = opened.Items.ToLookup(item => item.Record.Provider, item => item.Entry, StringComparer.OrdinalIgnoreCase);
        var providers = Settings.Providers.Select(provider => WithStored(provider, [.. entries[provider.Id]])).ToList();
        var providerStates = new Dictionary<string, RecordState>(StringComparer.OrdinalIgnoreCase);
        var vendors = Settings.Providers.ToDictionary(p => p.Id, p => p.Vendor, StringComparer.OrdinalIgnoreCase);
        foreach (var record in stored.Providers.DistinctBy(record => record.Id, StringComparer.OrdinalIgnoreCase))
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
        var catalogueCosts = new Dictionary<string, ModelRates?>(StringComparer.OrdinalIgnoreCase);
        var rules = Settings.Mode == HubMode.Provider ? stored.Prices.ToRules() : PriceRules.None;
        var unreadable = Settings.Mode == HubMode.Provider
            ? stored.UnreadableModels.ToHashSet(StringComparer.OrdinalIgnoreCase)
            : [];
        var (entriesOfModels, inForce) = Models(CatalogueOf(vendors, catalogue), vendors, stored.Models, modelStates, catalogueCosts);
        var models = entriesOfModels
            .Select(model => model with
            {
                Costs = model.Rates,
                Rates = unreadable.Remove(model.FullName) ? null : rules.PriceOf(model, model.Rates),
            })
            .ToList();
        models.AddRange(unreadable.Select(NotSold));
        IReadOnlyList<ModelAlias> aliases =
            [.. stored.Aliases.Select(record => record.Alias).DistinctBy(alias => alias.Name, StringComparer.OrdinalIgnoreCase)];
        var snapshot = new HubSnapshot(
            Settings.Mode, providers, models, Settings.Known, aliases, rules.CreditPrices, stored.Plans);
        return new ConfigurationInForce(
            snapshot, stored.Version, providerStates, CredentialStates(stored, opened, vendors), modelStates,
            aliases.ToDictionary(alias => alias.Name, alias => StateOf(alias, snapshot), StringComparer.OrdinalIgnoreCase))
        {
            Rules = rules,
            Prices = stored.Prices,
            Catalogue = catalogue,
            StoredCosts = inForce.Where(record => record.Price() is not null)
                .ToDictionary(record => record.FullName(), StringComparer.OrdinalIgnoreCase),
            CatalogueCosts = catalogueCosts,
        };
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

    /// <summary>
    /// Names that differ by case alone are one model. Of several records of it the first that is in force has the name: what is
    /// stored twice must not take everything else out of force.
    /// </summary>
    private static (List<ModelEntry> Models, List<ModelRecord> InForce) Models(
        IEnumerable<ModelEntry> catalogue, Dictionary<string, string> vendors, IReadOnlyList<ModelRecord> records,
        Dictionary<string, RecordState> states, Dictionary<string, ModelRates?> catalogueCosts)
    {
        var known = catalogue.DistinctBy(model => model.FullName, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(model => model.FullName, StringComparer.OrdinalIgnoreCase);
        var stored = new List<ModelEntry>();
        var inForce = new List<ModelRecord>();
        foreach (var record in records)
        {
            var name = record.FullName();
            if (states.GetValueOrDefault(name)?.Status == RecordStatus.Active)
            {
                continue;
            }

            states[name] = !record.Enabled ? RecordState.Disabled
                : vendors.ContainsKey(record.Provider) ? RecordState.Active
                : new RecordState(RecordStatus.NoProvider, $"The provider {record.Provider} is not in force.");
            if (states[name].Status == RecordStatus.Active)
            {
                known.Remove(name, out var model);
                catalogueCosts[name] = model?.Rates;
                stored.Add(Merge(record, model));
                inForce.Add(record);
            }
        }

        // Within a provider the first of a name has it.
        return ([.. stored, .. known.Values], inForce);
    }

    /// <summary>
    /// A model whose stored record can't be read may have a price of its own: it is not sold at another one, by whatever name.
    /// </summary>
    private static ModelEntry NotSold(string fullName)
    {
        var slash = fullName.IndexOf('/', StringComparison.Ordinal);
        return new ModelEntry(fullName[..slash], fullName[(slash + 1)..], null, null, null, null);
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
    private IEnumerable<ModelEntry> CatalogueOf(Dictionary<string, string> vendors, PriceCatalogue? catalogue)
    {
        var needed = vendors.Values.ToHashSet(StringComparer.Ordinal);
        if (catalogue is null && !needed.IsSubsetOf(_catalogue.Vendors))
        {
            _catalogue = (needed, PriceCatalogue.Load(needed).Models);
        }

        var byVendor = (catalogue?.Models ?? _catalogue.Models).ToLookup(model => model.Provider, StringComparer.OrdinalIgnoreCase);
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
        stored.Credentials.DistinctBy(record => record.Id).ToDictionary(
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
