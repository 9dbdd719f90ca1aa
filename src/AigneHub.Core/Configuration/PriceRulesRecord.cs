using AigneHub.Core.Pricing;

namespace AigneHub.Core.Configuration;

/// <summary>The margins and credit prices as stored: there is one record of them.</summary>
public sealed record PriceRulesRecord
{
    /// <summary>Its id in the store.</summary>
    public const string Id = "rules";

    public const int MarginsMax = 500;

    /// <summary>
    /// <see cref="Margin.PartsPerMillion"/> by scope: <see cref="PriceRules.Everything"/>, a provider's id or
    /// <c>provider/model</c>.
    /// </summary>
    public IReadOnlyDictionary<string, long> Margins { get; init; } = new Dictionary<string, long>();

    /// <summary>Nano of the currency a credit, by ISO 4217's code.</summary>
    public IReadOnlyDictionary<string, long> CreditPrices { get; init; } = new Dictionary<string, long>();

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong()
    {
        var scopes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (scope, margin) in Margins)
        {
            var slash = scope.IndexOf('/', StringComparison.Ordinal);
            if (scope != PriceRules.Everything && !ProviderRecord.IsId(slash < 0 ? scope : scope[..slash])
                || (slash >= 0 && !RecordText.IsModel(scope[(slash + 1)..])))
            {
                return ("The scope of a margin is '*', the id of a provider, or 'provider/model'.", $"margins.{scope}");
            }

            if (!scopes.Add(scope))
            {
                return ("Two margins have the same scope.", $"margins.{scope}");
            }

            if (margin is < Margin.Min or > Margin.Max)
            {
                return (MarginRule($"margins.{scope}"), $"margins.{scope}");
            }
        }

        if (Margins.Count > MarginsMax)
        {
            return ($"There may be at most {MarginsMax} margins.", "margins");
        }

        foreach (var (currency, price) in CreditPrices)
        {
            if (!Pricing.CreditPrices.IsCurrency(currency))
            {
                return ("A currency is its code of ISO 4217, such as USD.", $"creditPrices.{currency}");
            }

            if (price is < Pricing.CreditPrices.Min or > Pricing.CreditPrices.Max)
            {
                return (CreditPriceRule($"creditPrices.{currency}"), $"creditPrices.{currency}");
            }
        }

        return CreditPrices.Count > Pricing.CreditPrices.CurrenciesMax
            ? ($"There may be credit prices in at most {Pricing.CreditPrices.CurrenciesMax} currencies.", "creditPrices")
            : null;
    }

    public static string MarginRule(string field) =>
        $"'{field}' must be a text with percent of at most 4 decimals, above -100 and at most {new Margin(Margin.Max)}, "
        + "such as \"20\".";

    public static string CreditPriceRule(string field) =>
        $"'{field}' must be a text with the price of a credit, {Nano.ToDecimalString(Pricing.CreditPrices.Min)} to "
        + $"{Nano.ToDecimalString(Pricing.CreditPrices.Max)}, such as \"0.01\".";
}
