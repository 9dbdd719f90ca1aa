using AigneHub.Core.Accounts;
using AigneHub.Core.Limits;
using AigneHub.Core.Pricing;

namespace AigneHub.Core.Routing;

/// <summary>A model that the catalogue knows; null where the catalogue doesn't say.</summary>
/// <param name="Provider">Provider id.</param>
/// <param name="Id">The vendor's own name, which may contain <c>/</c>.</param>
/// <param name="ContextWindow">Tokens.</param>
/// <param name="MaxOutput">Tokens.</param>
/// <param name="Rates">What a call is charged at: nano-USD, or nano-credits, per 1,000,000 units.</param>
public sealed record ModelEntry(
    string Provider, string Id, string? Name, int? ContextWindow, int? MaxOutput, ModelRates? Rates)
{
    /// <summary><c>provider/model</c>.</summary>
    public string FullName { get; } = $"{Provider}/{Id}";

    /// <summary>What the vendor charges, nano-USD per 1,000,000 units, where <see cref="Rates"/> was made of it.</summary>
    public ModelRates? Costs { get; init; }

    /// <summary>Other names that the vendor takes for it; it is called by the one that the caller wrote.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Names that stand for it when no provider is named; it is called by <see cref="Id"/>.</summary>
    public IReadOnlyList<string> BareNames { get; init; } = [];

    /// <summary>Any of these gives a name this entry's price, unless an earlier entry has it.</summary>
    public IReadOnlyList<NameRule> Rules { get; init; } = [];

    /// <summary>
    /// A title for models that only <see cref="Rules"/> recognise: the vendor doesn't take <see cref="Id"/>, so it is not listed.
    /// </summary>
    public bool IsFamily { get; init; }

    /// <summary>Retired or about to be: still priced, no longer listed.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>What it reads, e.g. <c>text</c>, <c>image</c>; null when unknown.</summary>
    public IReadOnlyList<string>? InputModalities { get; init; }

    /// <summary>Whether it can reason before it answers; null when unknown.</summary>
    public bool? Reasoning { get; init; }

    /// <summary>Whether it can call tools; null when unknown.</summary>
    public bool? Tools { get; init; }

    /// <summary>Of all its callers together; null for none.</summary>
    public RateLimits? Limits { get; init; }

    /// <summary><see cref="Limits"/> with whose they are.</summary>
    internal LimitedBy? LimitedBy => Limits is null ? null : Core.Limits.LimitedBy.OfModel(FullName, Limits);
}
