using System.Globalization;

namespace AigneHub.Core.Pricing;

/// <summary>What is added to a unit cost, in percent with at most four decimals: more than −100 to 10,000.</summary>
/// <param name="PartsPerMillion">Of the cost: 200,000 is 20 %. At least <see cref="Min"/>, at most <see cref="Max"/>.</param>
public readonly record struct Margin(long PartsPerMillion)
{
    public const long Whole = 1_000_000;
    public const long Min = 1 - Whole;
    public const long Max = 100 * Whole;

    private const int Decimals = 4;
    private const int WholeDigitsMax = 5;
    private const long PerPercent = Whole / 100;

    public static Margin None => default;

    /// <summary>Reads percent: <c>20</c>, <c>12.3456</c>, <c>-5</c>. False for anything else, and outside the bounds.</summary>
    public static bool TryParse(string percent, out Margin margin)
    {
        margin = default;
        var isNegative = percent.StartsWith('-');
        var parts = (isNegative ? percent[1..] : percent).Split('.');
        if (parts.Length > 2 || parts[0].Length is 0 or > WholeDigitsMax
            || (parts.Length == 2 && parts[1].Length is 0 or > Decimals) || !parts.All(part => part.All(char.IsAsciiDigit)))
        {
            return false;
        }

        var digits = parts[0] + (parts.Length == 2 ? parts[1] : "").PadRight(Decimals, '0');
        var parsed = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        margin = new Margin(isNegative ? -parsed : parsed);
        return margin.PartsPerMillion is >= Min and <= Max;
    }

    /// <summary>
    /// The sell rate: unit cost × (1 + margin) ÷ credit price, rounded once, half up. What has a cost never becomes free: the
    /// lowest price is one nano. Null when it does not fit 64 bits.
    /// </summary>
    /// <param name="cost">Nano-USD per 1,000,000 units; at least 0.</param>
    /// <param name="creditPrice">Nano-USD a credit; above 0.</param>
    /// <returns>Nano-credits per 1,000,000 units.</returns>
    public long? Apply(long cost, long creditPrice)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(creditPrice);
        if (cost == 0)
        {
            return 0;
        }

        // Below 2^63 × 1.01 × 10^8 × 10^9, which is less than 2^120.
        var numerator = (Int128)cost * (Whole + PartsPerMillion) * Nano.PerWhole;
        var denominator = (Int128)Whole * creditPrice;
        var rounded = (numerator + denominator / 2) / denominator;
        return rounded > long.MaxValue ? null : Math.Max(1, (long)rounded);
    }

    /// <summary>In percent, trailing zeros dropped.</summary>
    public override string ToString()
    {
        var magnitude = Math.Abs(PartsPerMillion);
        var fraction = (magnitude % PerPercent).ToString($"D{Decimals}", CultureInfo.InvariantCulture).TrimEnd('0');
        var whole = (magnitude / PerPercent).ToString(CultureInfo.InvariantCulture);
        return $"{(PartsPerMillion < 0 ? "-" : "")}{whole}{(fraction.Length == 0 ? "" : ".")}{fraction}";
    }
}
