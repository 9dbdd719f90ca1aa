namespace AigneHub.Core.Routing;

/// <summary>How a name was found.</summary>
internal enum ModelMatchKind
{
    /// <summary>The vendor's own name.</summary>
    Exact,

    /// <summary>A match rule: the price is known, whether the vendor has such a model is not.</summary>
    Rule,
}

/// <param name="UpstreamName">What the vendor is to be called with.</param>
internal sealed record ModelMatch(ModelEntry Entry, string UpstreamName, ModelMatchKind Kind);

/// <summary>
/// Finds models by name within a provider: exact names first, then the first entry whose rules match. Names compare
/// without regard to case.
/// </summary>
internal sealed class ModelIndex
{
    private const int RememberedNamesMax = 1024;
    private readonly Dictionary<string, Provider> _providers = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="models">In the catalogue's order within each provider.</param>
    public ModelIndex(IEnumerable<ModelEntry> models)
    {
        Entries = models.OrderBy(m => m.Provider, StringComparer.Ordinal).ToArray();
        foreach (var model in Entries)
        {
            if (!_providers.TryGetValue(model.Provider, out var provider))
            {
                _providers[model.Provider] = provider = new Provider();
            }

            provider.Add(model);
        }
    }

    /// <summary>By provider id, within a provider in the catalogue's order.</summary>
    public IReadOnlyList<ModelEntry> Entries { get; }

    public ModelMatch? Find(string provider, string name) => _providers.GetValueOrDefault(provider)?.Find(name);

    public ModelMatch? FindExact(string provider, ReadOnlySpan<char> name) =>
        _providers.GetValueOrDefault(provider)?.FindExact(name);

    private sealed class Provider
    {
        private readonly Dictionary<string, ModelMatch> _exact = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<ModelEntry> _ruled = [];
        private readonly BoundedCache<ModelMatch?> _byRule = new(RememberedNamesMax);

        public void Add(ModelEntry model)
        {
            if (!model.IsFamily)
            {
                _exact.TryAdd(model.Id, new ModelMatch(model, model.Id, ModelMatchKind.Exact));
            }

            foreach (var name in model.Names)
            {
                _exact.TryAdd(name, new ModelMatch(model, name, ModelMatchKind.Exact));
            }

            foreach (var name in model.BareNames)
            {
                _exact.TryAdd(name, new ModelMatch(model, model.Id, ModelMatchKind.Exact));
            }

            if (model.Rules.Count > 0)
            {
                _ruled.Add(model);
            }
        }

        public ModelMatch? FindExact(ReadOnlySpan<char> name) =>
            _exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var match) ? match : null;

        public ModelMatch? Find(string name)
        {
            if (_exact.TryGetValue(name, out var exact))
            {
                return exact;
            }

            if (_byRule.TryGet(name, out var known))
            {
                return known;
            }

            var entry = _ruled.Find(model => model.Rules.Any(rule => rule.Matches(name)));
            var match = entry is null ? null : new ModelMatch(entry, name, ModelMatchKind.Rule);
            _byRule.Add(name, match);
            return match;
        }
    }
}
