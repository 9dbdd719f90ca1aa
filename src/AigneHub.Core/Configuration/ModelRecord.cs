using AigneHub.Core.Accounts;
using AigneHub.Core.Pricing;

namespace AigneHub.Core.Configuration;

/// <summary>A model that the catalogue does not have, or has otherwise.</summary>
public sealed record ModelRecord
{
    public const int TokensMax = 1_000_000_000;

    /// <summary>Nano-USD per 1,000,000 units: a million USD.</summary>
    public const long RateMax = 1_000_000 * Nano.PerWhole;

    public const int ModalitiesMax = 10;

    public const int FormsMax = 64;

    /// <summary>The provider's id. Never changes.</summary>
    public required string Provider { get; init; }

    /// <summary>The vendor's own name, which may contain <c>/</c>. Never changes.</summary>
    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>Tokens.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>Tokens.</summary>
    public int? MaxOutput { get; init; }

    /// <summary>Unit costs: nano-USD per 1,000,000 units, the same for prompts of every size; empty = the catalogue's.</summary>
    public IReadOnlyDictionary<UnitKind, long> Rates { get; init; } = new Dictionary<UnitKind, long>();

    /// <summary>The same for what is returned in one form, by <see cref="RateKey"/>'s text, e.g. <c>image:hd</c>.</summary>
    public IReadOnlyDictionary<string, long> FormRates { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// What the catalogue had when the rates were entered, by <see cref="RateName"/>'s text: that it has changed since is told.
    /// Null: not known.
    /// </summary>
    public IReadOnlyDictionary<string, long>? CatalogueRates { get; init; }

    /// <summary>What it reads, e.g. <c>text</c>, <c>image</c>; null when unknown.</summary>
    public IReadOnlyList<string>? InputModalities { get; init; }

    /// <summary>Of all its callers together; null for none.</summary>
    public RateLimits? Limits { get; init; }

    public bool Enabled { get; init; } = true;
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary><c>provider/model</c>: its id in the store.</summary>
    public string FullName() => $"{Provider}/{Id}";

    /// <summary>The rates as a price; null without any.</summary>
    public ModelRates? Price() => Rates.Count + FormRates.Count == 0 ? null : new ModelRates(
        Rates.Select(rate => KeyValuePair.Create(new RateKey(rate.Key), rate.Value))
            .Concat(FormRates.Select(rate => KeyValuePair.Create(
                RateKey.TryParse(rate.Key, out var key) ? key : throw new FormatException("Not a form."), rate.Value)))
            .ToDictionary());

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong()
    {
        if (!ProviderRecord.IsId(Provider))
        {
            return ("'provider' must be the id of a provider.", "provider");
        }

        if (!RecordText.IsModel(Id))
        {
            return (RecordText.ModelRule("id"), "id");
        }

        if (Name is not null && !RecordText.IsName(Name))
        {
            return (RecordText.NameRule("name"), "name");
        }

        if (ContextWindow is < 1 or > TokensMax)
        {
            return ($"'contextWindow' must be 1 to {TokensMax}.", "contextWindow");
        }

        if (MaxOutput is < 1 or > TokensMax)
        {
            return ($"'maxOutput' must be 1 to {TokensMax}.", "maxOutput");
        }

        foreach (var (kind, rate) in Rates)
        {
            if (!Enum.IsDefined(kind))
            {
                return ("'rates' may have the hub's unit kinds only.", "rates");
            }

            if (WhatIsWrongWith(UnitKinds.Name(kind), rate) is { } wrong)
            {
                return wrong;
            }
        }

        foreach (var (form, rate) in FormRates)
        {
            if (!RateKey.TryParse(form, out var key) || key.Form is null)
            {
                return ("'rates' may have the hub's unit kinds only, and forms of images and seconds.", "rates");
            }

            if (WhatIsWrongWith(form, rate) is { } wrong)
            {
                return wrong;
            }
        }

        if (FormRates.Count > FormsMax)
        {
            return ($"'rates' may have at most {FormsMax} forms.", "rates");
        }

        return InputModalities is { } inputs
            && (inputs.Count > ModalitiesMax
                || inputs.Any(input => input.Length is 0 or > 20 || !input.All(char.IsAsciiLetterLower)))
            ? ($"'inputModalities' may have at most {ModalitiesMax} entries of 1 to 20 lower-case letters.", "inputModalities")
            : Limits?.WhatIsWrong("limits");
    }

    private static (string Message, string Param)? WhatIsWrongWith(string name, long rate) => rate is >= 0 and <= RateMax
        ? null
        : ($"'rates.{name}' must be 0 to {RateMax} nano-USD per 1,000,000 units.", $"rates.{name}");
}
