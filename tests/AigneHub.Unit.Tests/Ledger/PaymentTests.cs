using AigneHub.Core.Ledger;
using AigneHub.Testing;
using static AigneHub.Testing.PurseSamples;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class PaymentTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);

    /// <summary>1,000 cents buy 7 credits (nano of nothing divisible by it).</summary>
    private static readonly Payment Sold = new("pi_1", "order-1", Price: 1_000, Credits: 7_000_000_001, Captured: 0);

    private readonly PurseStory _purse = new(Empty, Start);

    [Fact]
    public void SetPayment_CapturedTwice_GrantsOnce()
    {
        Set(Sold with { Captured = 1_000 });
        Set(Sold with { Captured = 1_000 });
        Set(Sold);
        Assert.Equal((7_000_000_001, 1), (_purse.State.Granted, _purse.State.MoneySeq));
        Assert.Equal("payment|pi_1", Assert.Single(_purse.State.Grants).Id);
    }

    [Fact]
    public void SetPayment_PartialRefunds_TakeThePartRoundedUpOnce()
    {
        Set(Sold with { Captured = 1_000 });
        Set(Sold with { Captured = 1_000, Refunded = 333 });
        // ceil(7000000001 × 333 ÷ 1000)
        Assert.Equal(2_331_000_001, _purse.State.Reversed);
        Set(Sold with { Captured = 1_000, Refunded = 200 });
        Set(Sold with { Captured = 1_000, Refunded = 1_000 });
        Assert.Equal((7_000_000_001, 0), (_purse.State.Reversed, _purse.State.Grants.Length));
    }

    [Fact]
    public void SetPayment_RefundOfSpentCredits_IsDebt()
    {
        Set(Sold with { Captured = 1_000 });
        _purse.Spend(5_000_000_000);
        Set(Sold with { Captured = 1_000, Refunded = 1_000 });
        Assert.Equal(5_000_000_000, _purse.State.Debt);
    }

    [Fact]
    public void SetPayment_DisputeWonAfterTheCreditsTime_GivesThemBackWithoutExpiry()
    {
        var sold = Sold with { Captured = 1_000, Expires = Start.AddDays(30) };
        Set(sold);
        Set(sold with { Disputed = 1_000, Dispute = DisputeStatus.Open });
        _purse.Now = Start.AddDays(60);
        Set(sold with { Disputed = 1_000, Dispute = DisputeStatus.Won });
        _purse.Later(TimeSpan.FromDays(1));
        Assert.Equal((7_000_000_001, null), (_purse.State.Available, Assert.Single(_purse.State.Grants).Expires));
    }

    [Fact]
    public void SetPayment_RefundOfAMonthThatIsOver_TakesWhatWasSpentAlone()
    {
        var sold = Month();
        _purse.Spend(2_000_000_000);
        _purse.Later(TimeSpan.FromDays(31));
        Set(sold with { Refunded = 500 }); // 5,000,000,001 had expired: all of it is covered by that.
        Assert.Equal(10_000_000_000, _purse.State.Available);
        Set(sold with { Refunded = 1_000 });
        Assert.Equal((8_000_000_000, 0), (_purse.State.Available, _purse.State.Debt));
        Assert.Equal((2_000_000_000, 5_000_000_001), (_purse.Payment!.Reversed, _purse.Payment.Lapsed));
    }

    [Fact]
    public void SetPayment_DisputeOverAMonthThatIsOver_Won_LeavesAllAsItWas()
    {
        var sold = Month();
        _purse.Spend(2_000_000_000);
        _purse.Later(TimeSpan.FromDays(31));
        Set(sold with { Refunded = 500, Disputed = 500, Dispute = DisputeStatus.Open });
        Assert.Equal(8_000_000_000, _purse.State.Available);
        Set(sold with { Refunded = 500, Disputed = 500, Dispute = DisputeStatus.Won });
        Assert.Equal(10_000_000_000, _purse.State.Available);
        Assert.Equal(sold.Credits - 3_500_000_001, _purse.Payment!.Net);
    }

    /// <summary>Whether the month's credit ends before, between or after the refunds, as much is left.</summary>
    [Fact]
    public void SetPayment_RefundsBeforeAndAfterTheCreditsTime_LeaveTheSame()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var spent = random.NextInt64(12_000_000_000);
            int[] refunds = [.. Enumerable.Range(0, 4).Select(_ => random.Next(1_001)).Order()];
            var left = Enumerable.Range(0, refunds.Length + 1).Select(over =>
            {
                var purse = new PurseStory(Empty, Start);
                var sold = Month(purse);
                purse.Spend(spent);
                for (var i = 0; i <= refunds.Length; i++)
                {
                    if (i == over)
                    {
                        purse.Later(TimeSpan.FromDays(31));
                    }

                    if (i < refunds.Length)
                    {
                        purse.Do(new SyncCommand.SetPayment(sold with { Refunded = refunds[i] }));
                    }
                }

                Assert.Equal((sold with { Refunded = refunds[^1] }).Entitled, purse.Payment!.Net);
                return (purse.State.Available, purse.State.Debt, purse.State.Granted - purse.State.Reversed - purse.State.Expired);
            }).ToList();
            Assert.All(left, one => Assert.Equal(left[0], one));
        }
    }

    [Fact]
    public void SetPayment_DisputeWon_GivesTheCreditsBack()
    {
        Set(Sold with { Captured = 1_000 });
        Set(Sold with { Captured = 1_000, Disputed = 1_000, Dispute = DisputeStatus.Open });
        Assert.Equal(0, _purse.State.Balance);
        Set(Sold with { Captured = 1_000, Disputed = 1_000, Dispute = DisputeStatus.Won });
        Assert.Equal((Int128)7_000_000_001, _purse.State.Balance);
        Set(Sold with { Captured = 1_000, Disputed = 1_000, Dispute = DisputeStatus.Open });
        Assert.Equal((Int128)7_000_000_001, _purse.State.Balance);
        Assert.Equal((14_000_000_002, 7_000_000_001), (_purse.Payment!.Granted, _purse.Payment.Reversed));
    }

    [Fact]
    public void SetPayment_AnyOrderAndRepeats_EndEqual()
    {
        Payment[] reports =
        [
            Sold with { Captured = 400 }, Sold with { Captured = 1_000 }, Sold with { Captured = 1_000, Refunded = 100 },
            Sold with { Captured = 1_000, Refunded = 250, Disputed = 300, Dispute = DisputeStatus.Open },
            Sold with { Captured = 1_000, Refunded = 250, Disputed = 300, Dispute = DisputeStatus.Lost },
        ];
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var order = reports.Concat(reports.Where(_ => random.Next(2) == 0)).ToArray();
            random.Shuffle(order);
            var purse = new PurseStory(Empty, Start);
            foreach (var report in order)
            {
                purse.Do(new SyncCommand.SetPayment(report)).Spend(random.Next(1_000_000_000));
            }

            Assert.Equal(Sold.Credits - 3_850_000_001, purse.Payment!.Granted - purse.Payment.Reversed);
            Assert.Equal((Int128)purse.Payment.Granted - purse.Payment.Reversed - purse.State.Spent, purse.State.Balance);
        }
    }

    [Fact]
    public void SetPayment_OfAnotherOrderOrAmount_IsRefused()
    {
        Set(Sold with { Captured = 1_000 });
        Payment[] wrong =
        [
            Sold with { Captured = 1_000, Order = "order-2" }, Sold with { Captured = 1_000, Price = 999 }, Sold with { Credits = 1 },
            Sold with { Captured = 1_001 }, Sold with { Captured = -1 }, Sold with { Refunded = -1 }, Sold with { Id = "" },
        ];
        Assert.All(wrong, report => Assert.Equal("payment_differs", _purse.Do(new SyncCommand.SetPayment(report)).Last.Refused));
        Assert.Equal(7_000_000_001, _purse.State.Granted);
    }

    /// <summary>A paid month of 7 credits, beside 10 that don't expire.</summary>
    private static Payment Month(PurseStory purse)
    {
        var sold = Sold with { Captured = 1_000, Expires = Start.AddDays(30) };
        purse.Do(new SyncCommand.GrantCredit(new OutsideId("test", "other"), 10_000_000_000, "", ""));
        purse.Do(new SyncCommand.SetPayment(sold));
        return sold;
    }

    private Payment Month() => Month(_purse);

    private void Set(Payment payment) => Assert.Null(_purse.Do(new SyncCommand.SetPayment(payment)).Last.Refused);
}
