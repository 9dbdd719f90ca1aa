using AigneHub.Core.Pricing;

namespace AigneHub.Unit.Tests.Pricing;

public sealed class RateChangeTests
{
    [Theory]
    [InlineData(100L, 120L, "20", false)]
    [InlineData(100L, 95L, "-5", false)]
    [InlineData(3L, 4L, "33.33", false)]
    [InlineData(3L, 2L, "-33.33", false)]
    [InlineData(1_000_000L, 1_000_001L, "0", false)]
    [InlineData(1_000_000L, 999_999L, "0", false)]
    [InlineData(10L, 100L, "900", false)]
    [InlineData(10L, 101L, "910", true)]
    [InlineData(101L, 10L, "-90.1", true)]
    [InlineData(3_000L, 3_000_000_000L, "99999900", true)]
    [InlineData(5L, 0L, "-100", true)]
    [InlineData(0L, 5L, null, true)]
    [InlineData(null, 5L, null, false)]
    [InlineData(5L, null, null, false)]
    [InlineData(long.MaxValue, 1L, "-100", true)]
    [InlineData(1L, long.MaxValue, "922337203685477580600", true)]
    public void Percent_OfAChange_IsRoundedOnce_AndMoreThanTenTimesIsSuspicious(
        long? before, long? after, string? percent, bool suspicious)
    {
        var change = new RateChange("input", before, after);
        Assert.Equal((percent, suspicious), (change.Percent(), change.IsSuspicious));
    }

    [Fact]
    public void Between_TwoLists_NamesWhatDiffers()
    {
        var before = new Dictionary<string, long> { ["input"] = 1, ["output"] = 2, ["search"] = 3 };
        var after = new Dictionary<string, long> { ["input"] = 1, ["output"] = 4, ["cached_input"] = 5 };
        Assert.Equal(
            [new RateChange("output", 2, 4), new RateChange("cached_input", null, 5), new RateChange("search", 3, null)],
            RateChange.Between(before, after));
    }
}
