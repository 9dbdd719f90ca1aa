using System.Numerics;
using AigneHub.Core.Pricing;
using CsCheck;

namespace AigneHub.Unit.Tests.Usage;

public sealed class CostRoundingTests
{
    private static readonly Gen<PriceLine> GenLine =
        from units in Gen.Long[0, 10_000_000_000]
        from rate in Gen.Long[0, 1_000_000_000_000]
        select new PriceLine(UnitKind.Input, units, rate);

    [Fact]
    public void Of_AnyLines_IsTheExactSumRoundedOnceHalfUp() => GenLine.Array[0, 6].Sample(lines =>
    {
        var exact = lines.Aggregate(BigInteger.Zero, (sum, line) => sum + (BigInteger)line.Units * line.Rate!.Value);
        var expected = (exact * 2 + 1_000_000) / 2_000_000;
        if (expected > long.MaxValue)
        {
            Assert.Throws<OverflowException>(() => Cost.Of(lines));
        }
        else
        {
            Assert.Equal((long)expected, Cost.Of(lines));
        }
    });

    [Fact]
    public void Of_AnyOrder_IsTheSame() => GenLine.Array[2, 6].Sample(lines =>
    {
        var reversed = lines.Reverse().ToArray();
        return Try(lines) == Try(reversed);

        static long? Try(PriceLine[] some)
        {
            try
            {
                return Cost.Of(some);
            }
            catch (OverflowException)
            {
                return -1;
            }
        }
    });

    [Fact]
    public void Of_HalfANano_RoundsUp() => Assert.Equal(1, Cost.Of([new PriceLine(UnitKind.Output, 1, 500_000)]));
}
