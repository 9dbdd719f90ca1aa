using AigneHub.Core.Pricing;

namespace AigneHub.Core.Payments;

/// <summary>What packs and plans have in common. Prices are in minor units (cents) by ISO 4217 code in lower case.</summary>
public static class ProductRules
{
    /// <summary>Stripe takes eight digits (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).</summary>
    public const long PriceMax = 99_999_999;

    private const int IdCharactersMax = 64;
    private const int NameCharactersMax = 100;
    private const int PricesMax = 50;
    private const int CurrencyLetters = 3;

    /// <summary>1 to 64 lower-case letters, digits and <c>- _ .</c>, the first one a letter or digit.</summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= IdCharactersMax && char.IsAsciiLetterOrDigit(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    public static bool IsCurrency(string currency) => currency.Length == CurrencyLetters && currency.All(char.IsAsciiLetterLower);

    /// <summary>Whole units as nano; 0, which nothing that is sold may have, when it can't be read.</summary>
    public static long CreditsOf(string text) => Nano.TryParse(text, out var nano) ? nano : 0;

    internal static (string Message, string Param)? WhatIsWrong(
        string id, string name, long credits, IReadOnlyDictionary<string, long> prices)
    {
        if (!IsId(id))
        {
            return (
                $"'id' must be 1 to {IdCharactersMax} lower-case letters, digits, '-', '_', '.', beginning with a letter or digit.",
                "id");
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > NameCharactersMax || name.Any(char.IsControl))
        {
            return ($"'name' must have 1 to {NameCharactersMax} characters, none of them a control character.", "name");
        }

        if (credits is <= 0 or > Ledger.SyncCommand.AmountMax)
        {
            return ("'credits' must be above 0 and at most 1000000.", "credits");
        }

        return prices.Count is 0 or > PricesMax || prices.Any(price => !IsCurrency(price.Key) || price.Value is <= 0 or > PriceMax)
            ? ($"'prices' must hold 1 to {PricesMax} prices: a currency such as \"usd\", and 1 to {PriceMax} of its minor units.", "prices")
            : null;
    }
}
