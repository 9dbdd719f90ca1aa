using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <summary>Amounts as the management API reads and shows them: decimal texts in whole units.</summary>
internal static class Amounts
{
    /// <summary>Sums of many purses' rows may leave 64 bits; the end of the range stands for them then.</summary>
    public static string Text(Int128 nano) => Nano.ToDecimalString((long)Int128.Clamp(nano, long.MinValue, long.MaxValue));

    /// <summary>Also below 0, by a minus before the digits.</summary>
    public static bool TryParseSigned(string text, out long nano)
    {
        var isNegative = text.StartsWith('-');
        var isAmount = Nano.TryParse(isNegative ? text[1..] : text, out nano);
        nano = isNegative ? -nano : nano;
        return isAmount;
    }
}
