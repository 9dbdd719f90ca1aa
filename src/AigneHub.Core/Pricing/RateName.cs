using System.Globalization;

namespace AigneHub.Core.Pricing;

/// <summary>
/// What one number of a price list is for: a <see cref="RateKey"/>, or one of its tiers, written <c>input&gt;200000</c>. The texts
/// are stored and shown.
/// </summary>
/// <param name="Above">The prompt tokens above which it holds for the whole call; 0 for the base.</param>
public readonly record struct RateName(RateKey Key, long Above = 0)
{
    private const char Separator = '>';
    private const int DigitsMax = 9;

    public static bool TryParse(string text, out RateName name)
    {
        name = default;
        var separator = text.IndexOf(Separator, StringComparison.Ordinal);
        if (!RateKey.TryParse(separator < 0 ? text : text[..separator], out var key))
        {
            return false;
        }

        if (separator < 0)
        {
            name = new RateName(key);
            return true;
        }

        var digits = text[(separator + 1)..];
        var isTier = key.Form is null && digits.Length is > 0 and <= DigitsMax && digits[0] != '0' && digits.All(char.IsAsciiDigit);
        name = isTier ? new RateName(key, long.Parse(digits, CultureInfo.InvariantCulture)) : default;
        return isTier;
    }

    public override string ToString() =>
        Above == 0 ? Key.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Key}{Separator}{Above}");
}
