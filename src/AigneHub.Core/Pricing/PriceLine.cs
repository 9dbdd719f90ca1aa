namespace AigneHub.Core.Pricing;

/// <summary>One priced quantity of a call.</summary>
/// <param name="Units">How many; never negative.</param>
/// <param name="Rate">Nano (10⁻⁹ USD or credits) per 1,000,000 units; null when the model has no price for this kind.</param>
/// <param name="Form">
/// The quality and size that the rate is for (<see cref="RateKey.Form"/>), or of what was returned when there is no rate; null
/// where the kind has one price.
/// </param>
public readonly record struct PriceLine(UnitKind Kind, long Units, long? Rate, string? Form = null)
{
    /// <summary>Rates are nano per so many units.</summary>
    public const long UnitsPerRate = 1_000_000;
}

/// <summary>Exact costs: integers only, one division, half up.</summary>
public static class Cost
{
    /// <summary>
    /// The cost of a call in nano: Σ units × rate in 128 bits, divided once by 10⁶, half up.
    /// Null (unpriced) when any line with units has no rate.
    /// </summary>
    /// <exception cref="OverflowException">The cost does not fit 64 bits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative unit count or rate.</exception>
    public static long? Of(ReadOnlySpan<PriceLine> lines)
    {
        Int128 sum = 0;
        foreach (var line in lines)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(line.Units);
            if (line.Units == 0)
            {
                continue;
            }

            if (line.Rate is not { } rate)
            {
                return null;
            }

            ArgumentOutOfRangeException.ThrowIfNegative(rate);
            sum = checked(sum + (Int128)line.Units * rate);
        }

        return checked((long)((sum + PriceLine.UnitsPerRate / 2) / PriceLine.UnitsPerRate));
    }
}
