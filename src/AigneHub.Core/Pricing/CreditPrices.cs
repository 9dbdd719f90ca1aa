namespace AigneHub.Core.Pricing;

/// <summary>
/// What one credit costs, by currency (ISO 4217). Rates are computed with the price in USD; the others are what credits are
/// sold for. Without one in USD a credit is one USD.
/// </summary>
public sealed class CreditPrices
{
    public const string Usd = "USD";

    public const int CurrenciesMax = 50;

    /// <summary>Nano of the currency a credit: 0.0001.</summary>
    public const long Min = Nano.PerWhole / 10_000;

    /// <summary>Nano of the currency a credit: 1,000,000.</summary>
    public const long Max = 1_000_000 * Nano.PerWhole;

    private const int CodeCharacters = 3;
    private readonly SortedDictionary<string, long> _byCurrency;

    /// <param name="byCurrency">Nano of the currency a credit.</param>
    /// <exception cref="ArgumentException">No currency's code, or a price out of its bounds.</exception>
    public CreditPrices(IReadOnlyDictionary<string, long> byCurrency)
    {
        _byCurrency = new SortedDictionary<string, long>(StringComparer.Ordinal) { [Usd] = Nano.PerWhole };
        foreach (var (currency, price) in byCurrency)
        {
            if (!IsCurrency(currency) || price is < Min or > Max)
            {
                throw new ArgumentException($"The credit price {currency} {price} is out of bounds.", nameof(byCurrency));
            }

            _byCurrency[currency] = price;
        }
    }

    /// <summary>A credit is one USD, and is sold for no other currency.</summary>
    public static CreditPrices OneUsd { get; } = new(new Dictionary<string, long>());

    /// <summary>Nano-USD a credit.</summary>
    public long InUsd => _byCurrency[Usd];

    /// <summary>By currency's code, ordinal; USD is always there: nano of the currency a credit.</summary>
    public IReadOnlyDictionary<string, long> ByCurrency => _byCurrency;

    /// <summary>Nano of the currency a credit; null when credits have no price in it.</summary>
    public long? In(string currency) => _byCurrency.TryGetValue(currency, out var price) ? price : null;

    /// <summary>Three capital letters, as ISO 4217 has them.</summary>
    public static bool IsCurrency(string text) => text.Length == CodeCharacters && text.All(char.IsAsciiLetterUpper);
}
