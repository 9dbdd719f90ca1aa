using System.Globalization;

namespace AigneHub.Core.Pricing;

/// <summary>Amounts are whole nano (10⁻⁹ of a USD or a credit) inside; people and the management API see decimal strings.</summary>
public static class Nano
{
    public const long PerWhole = 1_000_000_000;

    /// <summary>The amount in whole units with up to 9 decimals, trailing zeros dropped: 2500000000 → "2.5".</summary>
    public static string ToDecimalString(long nano)
    {
        var magnitude = UInt128.CreateChecked(Int128.Abs(nano));
        var whole = (magnitude / (UInt128)PerWhole).ToString(CultureInfo.InvariantCulture);
        var fraction = ((long)(magnitude % (UInt128)PerWhole)).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        var sign = nano < 0 ? "-" : "";
        return fraction.Length == 0 ? sign + whole : $"{sign}{whole}.{fraction}";
    }
}
