using System.Numerics;
using AigneHub.Core.Pricing;
using CsCheck;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>Unit cost × (1 + margin) ÷ credit price, in whole numbers.</summary>
public sealed class MarginTests
{
    private static readonly Gen<Margin> Margins = Gen.Long[Margin.Min, Margin.Max].Select(parts => new Margin(parts));
    private static readonly Gen<long> CreditPrice = Gen.Long[CreditPrices.Min, CreditPrices.Max];

    [Theory]
    [InlineData("20", 200_000)]
    [InlineData("0", 0)]
    [InlineData("12.3456", 123_456)]
    [InlineData("-5.5", -55_000)]
    [InlineData("-99.9999", -999_999)]
    [InlineData("10000", 100_000_000)]
    public void TryParse_Percent_IsPartsPerMillion(string percent, long parts)
    {
        Assert.True(Margin.TryParse(percent, out var margin));
        Assert.Equal(parts, margin.PartsPerMillion);
        Assert.Equal(percent, margin.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("20%")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.23456")]
    [InlineData("1e3")]
    [InlineData("+5")]
    [InlineData("--5")]
    [InlineData("1.2.3")]
    [InlineData("-100")]
    [InlineData("10000.0001")]
    [InlineData("999999")]
    [InlineData("２０")]
    public void TryParse_AnythingElse_IsRefused(string percent) => Assert.False(Margin.TryParse(percent, out _));

    [Fact]
    public void TryParse_AnyMargin_IsItsOwnText() => Margins.Sample(
        margin => Margin.TryParse(margin.ToString(), out var read) && read == margin);

    /// <summary>2.50 USD a million, 20 % more, at a cent a credit: 300 credits a million.</summary>
    [Fact]
    public void Apply_ExampleOfTheDocuments_IsExact() =>
        Assert.Equal(300_000_000_000, new Margin(200_000).Apply(2_500_000_000, 10_000_000));

    [Fact]
    public void Apply_AnyCost_IsTheRationalRoundedOnceHalfUp() => Gen.Select(Gen.Long[1, 1L << 50], Margins, CreditPrice).Sample(
        (cost, margin, creditPrice) =>
        {
            var numerator = (BigInteger)cost * (1_000_000 + margin.PartsPerMillion) * 1_000_000_000;
            var denominator = (BigInteger)1_000_000 * creditPrice;
            var rounded = BigInteger.Max(1, ((2 * numerator) + denominator) / (2 * denominator));

            Assert.Equal(rounded > long.MaxValue ? null : (long)rounded, margin.Apply(cost, creditPrice));
        });

    [Fact]
    public void Apply_LargestNumbers_DoNotOverflow()
    {
        Assert.Null(new Margin(Margin.Max).Apply(long.MaxValue, CreditPrices.Min));
        Assert.Equal(long.MaxValue, Margin.None.Apply(long.MaxValue, Nano.PerWhole));
    }

    [Fact]
    public void Apply_WhatCosts_IsNeverFreeAndWhatIsFreeStaysFree()
    {
        Assert.Equal(1, new Margin(Margin.Min).Apply(1, CreditPrices.Max));
        Assert.Equal(0, new Margin(Margin.Max).Apply(0, CreditPrices.Min));
    }

    [Fact]
    public void Apply_NoMarginAtOneUsd_IsTheCost() =>
        Gen.Long[0, long.MaxValue].Sample(cost => Margin.None.Apply(cost, Nano.PerWhole) == cost);

    [Fact]
    public void Apply_HigherMarginOrCost_IsNeverCheaper() =>
        Gen.Select(Gen.Long[0, 1L << 40], Margins, Margins, CreditPrice).Sample((cost, one, other, creditPrice) =>
        {
            var (low, high) = one.PartsPerMillion <= other.PartsPerMillion ? (one, other) : (other, one);
            return (low.Apply(cost, creditPrice) ?? long.MaxValue) <= (high.Apply(cost, creditPrice) ?? long.MaxValue)
                && (low.Apply(cost, creditPrice) ?? long.MaxValue) <= (low.Apply(cost + 1, creditPrice) ?? long.MaxValue);
        });

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    public void Apply_NumbersThatAreNone_Throws(long cost, long creditPrice) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Margin.None.Apply(cost, creditPrice));
}
