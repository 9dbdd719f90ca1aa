using System.Globalization;

namespace AigneHub.Core.Pricing;

/// <summary>Amounts are whole nano (10⁻⁹ of a USD or a credit) inside; people and the management API see decimal strings.</summary>
public static class Nano
{
    public const long PerWhole = 1_000_000_000;

    private const int Decimals = 9;
    private const int WholeDigitsMax = 10;

    /// <summary>The amount in whole units with up to 9 decimals, trailing zeros dropped: 2500000000 → "2.5".</summary>
    public static string ToDecimalString(long nano)
    {
        var magnitude = UInt128.CreateChecked(Int128.Abs(nano));
        var whole = (magnitude / (UInt128)PerWhole).ToString(CultureInfo.InvariantCulture);
        var fraction = ((long)(magnitude % (UInt128)PerWhole)).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        var sign = nano < 0 ? "-" : "";
        return fraction.Length == 0 ? sign + whole : $"{sign}{whole}.{fraction}";
    }

    /// <summary>Reads an amount in whole units: digits, and after a point at most 9 more; up to 9,000,000,000 units.</summary>
    public static bool TryParse(string text, out long nano)
    {
        nano = 0;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (whole.Length is 0 or > WholeDigitsMax || fraction.Length > Decimals || (point >= 0 && fraction.Length == 0)
            || !whole.All(char.IsAsciiDigit) || !fraction.All(char.IsAsciiDigit))
        {
            return false;
        }

        return long.TryParse(
            whole + fraction.PadRight(Decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out nano);
    }
}
