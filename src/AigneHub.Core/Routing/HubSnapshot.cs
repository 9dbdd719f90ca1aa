using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;

namespace AigneHub.Core.Routing;

/// <summary>A provider that the hub can be configured for.</summary>
/// <param name="Id">First segment of <c>provider/model</c>.</param>
/// <param name="HowToConfigure">A sentence for the person who runs the hub, e.g. <c>Set GROQ_API_KEY.</c></param>
public sealed record KnownProvider(string Id, string HowToConfigure);

/// <summary>
/// Everything a call is decided by, immutable: one snapshot serves the whole call, whatever changes meanwhile.
/// A change makes a new snapshot.
/// </summary>
public sealed class HubSnapshot
{
    private const int NamesMax = 2048;
    private const int VersionDigits = 32;
    private readonly Dictionary<string, ProviderEntry> _byId;
    private readonly Dictionary<string, KnownProvider> _known;

    /// <param name="providers">The providers in force; ids differ by more than case.</param>
    /// <param name="models">The catalogue's models, in its order; those of other providers are left out.</param>
    /// <param name="known">Providers that exist but may not be configured, for a helpful error.</param>
    /// <param name="aliases">Names that stand for models; they differ by more than case.</param>
    /// <param name="creditPrices">Null: a credit is one USD.</param>
    /// <param name="plans">What accounts can have subscribed to.</param>
    /// <exception cref="ArgumentException">Two providers have the same id, or two aliases the same name.</exception>
    public HubSnapshot(
        HubMode mode,
        IEnumerable<ProviderEntry> providers,
        IEnumerable<ModelEntry> models,
        IEnumerable<KnownProvider>? known = null,
        IEnumerable<ModelAlias>? aliases = null,
        CreditPrices? creditPrices = null,
        IEnumerable<Plan>? plans = null)
    {
        Mode = mode;
        CreditPrices = creditPrices ?? CreditPrices.OneUsd;
        Providers = providers.OrderBy(p => p.Rank).ThenBy(p => p.Id, StringComparer.Ordinal).ToArray();
        _byId = Providers.ToDictionary(p => p.Id, StringComparer.OrdinalIgnoreCase);
        _known = (known ?? []).ToDictionary(p => p.Id, StringComparer.OrdinalIgnoreCase);
        RateCard = new RateCard(models.Where(m => _byId.ContainsKey(m.Provider)));
        Models = RateCard.Models.Entries
            .Where(m => m is { IsFamily: false, IsDeprecated: false } && (mode == HubMode.Enterprise || m.Rates is { Any: true }))
            .OrderBy(m => m.FullName, StringComparer.Ordinal)
            .ToArray();
        Aliases = (aliases ?? []).ToDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);
        Plans = (plans ?? []).ToDictionary(p => p.Id, StringComparer.Ordinal);
        Version = Fingerprint();
    }

    public HubMode Mode { get; }

    /// <summary>What a credit costs; of no meaning in <see cref="HubMode.Enterprise"/> mode.</summary>
    public CreditPrices CreditPrices { get; }

    /// <summary>By rank, then id.</summary>
    public IReadOnlyList<ProviderEntry> Providers { get; }

    /// <summary>
    /// The models to list: of the providers in force, by full name (ordinal), without families and deprecated ones; in
    /// <see cref="HubMode.Provider"/> mode without those that can't be called for want of a price.
    /// </summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>By name; case doesn't matter.</summary>
    public IReadOnlyDictionary<string, ModelAlias> Aliases { get; }

    /// <summary>By id.</summary>
    public IReadOnlyDictionary<string, Plan> Plans { get; }

    public RateCard RateCard { get; }

    /// <summary>32 hex digits over everything that routing depends on; secrets are not part of it.</summary>
    public string Version { get; }

    /// <summary>What names stand for, as they were written.</summary>
    internal BoundedCache<Resolution> Names { get; } = new(NamesMax);

    /// <summary>The provider in force with this id (case doesn't matter).</summary>
    public ProviderEntry? FindProvider(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The listed or otherwise known model of a name <c>provider/model</c>; null for unknown ones.</summary>
    public ModelEntry? FindModel(string fullName)
    {
        var slash = fullName.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 ? null : RateCard.Models.FindExact(fullName[..slash], fullName.AsSpan(slash + 1))?.Entry;
    }

    internal KnownProvider? FindKnownProvider(string id) => _known.GetValueOrDefault(id);

    private string Fingerprint()
    {
        var text = new StringBuilder().Append(Mode).Append('\n').Append(RateCard.Version).Append('\n');
        foreach (var provider in Providers)
        {
            text.Append(provider.Id).Append('\t').Append(provider.Vendor)
                .Append('\t').Append(provider.Rank).Append('\t').Append(provider.ClientGone);
            foreach (var binding in provider.Apis)
            {
                text.Append('\t').Append(binding.Api).Append('\t').Append(binding.Dialect)
                    .Append('\t').Append(binding.BaseUrl.OriginalString)
                    .Append('\t').Append(binding.ModelsWith).Append('\t').Append(binding.ModelsWithout);
            }

            text.Append('\n');
        }

        foreach (var alias in Aliases.Values.OrderBy(a => a.Name, StringComparer.Ordinal))
        {
            text.Append(JsonSerializer.Serialize(alias)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..VersionDigits];
    }
}
