using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using static AigneHub.Unit.Tests.Payments.PaymentWorld;

namespace AigneHub.Unit.Tests.Payments;

public sealed class TopUpTests : IDisposable
{
    private readonly PaymentWorld _world = new();

    [Fact]
    public async Task TopUp_BalanceBelow_BuysAndStops()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.TopUps.RunAsync(default);
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Balance);
        await _world.SpendAsync(6 * Credit);
        await _world.TopUps.RunAsync(default);
        Assert.Equal(14 * Credit, (await _world.StateAsync()).Balance);
        await _world.TopUps.RunAsync(default);
        Assert.Equal((14 * Credit, 999), ((await _world.StateAsync()).Balance, TopUp.Bought));
        Assert.Equal(OrderStatus.Paid, _world.Store.Orders.Single(o => o.Kind == OrderKind.TopUp).Status);
        await _world.DeliverAllAsync();
        Assert.Equal(14 * Credit, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task TopUp_ByManyInstancesAtOnce_BuysOnce()
    {
        await SetAsync(maxPerMonth: 99_000);
        await _world.SpendAsync(6 * Credit);
        _world.Ledger.BeforeWrite = async _ => await Task.Yield();
        await _world.RunAsync(Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => _world.TopUps.RunAsync(default)))));
        Assert.Equal(14 * Credit, (await _world.StateAsync()).Balance);
        Assert.Single(_world.Store.Orders, o => o.Kind == OrderKind.TopUp);
    }

    [Fact]
    public async Task TopUp_WhoseAnswerWasLost_ChargesOnce()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Stripe.LosesAnswers = 1;
        Assert.Equal((1, 1), await _world.TopUps.RunAsync(default));
        Assert.Equal(4 * Credit, (await _world.StateAsync()).Balance);
        Assert.Equal((1, 0), await _world.TopUps.RunAsync(default));
        Assert.Equal((14 * Credit, 2), ((await _world.StateAsync()).Balance, _world.Stripe.All("payment_intent").Count));
    }

    /// <summary>The webhook comes first, or nobody runs the timer: the payment is booked all the same.</summary>
    [Fact]
    public async Task TopUp_WhoseAnswerWasLost_IsBookedByTheWebhook()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Stripe.LosesAnswers = 1;
        await _world.TopUps.RunAsync(default);
        await _world.DeliverAllAsync();
        Assert.Equal(14 * Credit, (await _world.StateAsync()).Balance);
        await _world.TopUps.RunAsync(default);
        Assert.Equal((14 * Credit, false), ((await _world.StateAsync()).Balance, TopUp.IsOpen));
    }

    /// <summary>After a day Stripe has forgotten the idempotency key: what was charged is looked for.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TopUp_WhoseAnswerWasLostForADay_IsLookedForAndNotRepeated(bool charged)
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        (_world.Stripe.LosesAnswers, _world.Stripe.RefusesCharges) = (1, !charged);
        await _world.TopUps.RunAsync(default);
        _world.Stripe.RefusesCharges = false;
        _world.Stripe.ForgetAnswers();
        _world.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal((1, 0), await _world.TopUps.RunAsync(default));
        Assert.Equal((charged ? 14 * Credit : 4 * Credit, charged ? 2 : 1), ((await _world.StateAsync()).Balance, _world.Stripe.All("payment_intent").Count));
        Assert.Equal((false, charged ? 0 : 1), (TopUp.IsOpen, TopUp.Failures));
    }

    /// <summary>One account's row that can't be read keeps nobody else from being topped up.</summary>
    [Fact]
    public async Task TopUp_OfAnAccountWhoseStorageFails_LeavesTheOthersTheirTurn()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        Assert.True(await ((IPayerStore)_world.Store).AddAsync(new Payer("aaa", "cus_x", TopUp), default));
        _world.Store.Broken = "aaa";
        Assert.Equal((2, 1), await _world.TopUps.RunAsync(default));
        Assert.Equal(14 * Credit, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task TopUp_MonthsMaximum_HoldsUntilTheNextMonth()
    {
        await SetAsync(maxPerMonth: 1_998);
        for (var i = 0; i < 4; i++)
        {
            await _world.SpendAsync(6 * Credit);
            await _world.TopUps.RunAsync(default);
        }

        // 10 − 6 + 10 − 6 − 6 + 10 − 6: two were bought.
        Assert.Equal((6 * Credit, 1_998), ((await _world.StateAsync()).Balance, TopUp.Bought));
        await _world.SpendAsync(2 * Credit);
        await _world.TopUps.RunAsync(default);
        Assert.Equal(4 * Credit, (await _world.StateAsync()).Balance);
        _world.Time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        await _world.TopUps.RunAsync(default);
        Assert.Equal((14 * Credit, 999), ((await _world.StateAsync()).Balance, TopUp.Bought));
    }

    [Fact]
    public async Task TopUp_RefusedThreeTimes_IsSwitchedOffWithAnIncident()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Stripe.Declines = true;
        for (var i = 0; i < 50; i++)
        {
            await _world.TopUps.RunAsync(default);
            _world.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal((3, 0L, "The payment was refused (insufficient_funds)."), (TopUp.Failures, TopUp.Bought, TopUp.OffBecause));
        Assert.Equal(4, _world.Stripe.All("payment_intent").Count);
        Assert.Single(_world.Log.All, i => i.Kind == IncidentKind.TopUpOff);
        Assert.Equal(4 * Credit, (await _world.StateAsync()).Balance);

        _world.Stripe.Declines = false;
        Assert.Null((await _world.TopUpSettings.SetAsync(Account, "small", "usd", 5 * Credit, 5_000, default)).Error);
        await _world.TopUps.RunAsync(default);
        Assert.Equal(14 * Credit, (await _world.StateAsync()).Balance);
    }

    /// <summary>What is refused for good is a failure, not an outage.</summary>
    [Fact]
    public async Task TopUp_ThatStripeRefusesForGood_FailsAndIsNotRepeatedAtOnce()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Stripe.RefusesCharges = true;
        Assert.Equal((1, 0), await _world.TopUps.RunAsync(default));
        Assert.Equal((false, 1, 0L), (TopUp.IsOpen, TopUp.Failures, TopUp.Bought));
        Assert.Equal(OrderStatus.Failed, _world.Store.Orders.Single(o => o.Kind == OrderKind.TopUp).Status);
    }

    /// <summary>Who takes the money back must not find the card charged again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TopUp_PaymentTakenBack_IsOffBeforeTheBalanceFalls(bool refunded)
    {
        await SetAsync(maxPerMonth: 99_000);
        var intent = _world.Store.Orders.Single().Payment!;
        if (refunded)
        {
            _world.Stripe.Refund(intent, 999);
        }
        else
        {
            _world.Stripe.Dispute(intent, 999);
        }

        var wasOn = false;
        _world.Ledger.BeforeWrite = _ =>
        {
            wasOn |= TopUp.OffBecause is null;
            return Task.CompletedTask;
        };
        await _world.DeliverAllAsync();
        _world.Ledger.BeforeWrite = _ => Task.CompletedTask;
        await _world.TopUps.RunAsync(default);
        Assert.Equal((0L, 1), ((await _world.StateAsync()).Balance, _world.Stripe.All("payment_intent").Count));
        Assert.False(wasOn);
        Assert.Contains(intent, TopUp.OffBecause, StringComparison.Ordinal);
        Assert.Single(_world.Log.All, i => i.Kind == IncidentKind.TopUpOff);

        // Set anew, it stays on: the same refund is no news.
        Assert.Null((await _world.TopUpSettings.SetAsync(Account, "small", "usd", 5 * Credit, 99_000, default)).Error);
        await _world.DeliverAllAsync();
        Assert.Null(TopUp.OffBecause);
    }

    /// <summary>A charge that takes days and comes to nothing must not keep the next one away.</summary>
    [Theory]
    [InlineData("requires_payment_method")]
    [InlineData("requires_action")]
    public async Task TopUp_ThatFailsLater_IsOverAndTheNextOneComes(string status)
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Stripe.Processes = true;
        await _world.TopUps.RunAsync(default);
        var order = _world.Store.Orders.Single(o => o.Kind == OrderKind.TopUp);
        Assert.Equal((true, OrderStatus.Open), (TopUp.IsOpen, order.Status));
        _world.Stripe.FailProcessing(order.Payment!, status);
        await _world.DeliverAllAsync();
        Assert.Equal(OrderStatus.Failed, _world.Stored(order).Status);
        Assert.Contains(
            _world.Stripe.All("payment_intent"), i => (string?)i["id"] == order.Payment && (string?)i["status"] == "canceled");
        await _world.TopUps.RunAsync(default);
        Assert.Equal((false, 1, 0L), (TopUp.IsOpen, TopUp.Failures, TopUp.Bought));
        _world.Stripe.Processes = false;
        _world.Time.Advance(TimeSpan.FromHours(6));
        await _world.TopUps.RunAsync(default);
        Assert.Equal((14 * Credit, 0), ((await _world.StateAsync()).Balance, TopUp.Failures));
    }

    [Fact]
    public async Task TopUp_PackNoLongerSold_BuysNothing()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Products.PackRecords["small"] = _world.Products.PackRecords["small"] with { IsSold = false };
        await _world.TopUps.RunAsync(default);
        Assert.Equal(4 * Credit, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task Set_WithoutSavedPaymentMethod_IsRefused()
    {
        await _world.BuyAsync();
        Assert.Empty(_world.Stripe.All("payment_method"));
        var (_, error) = await _world.TopUpSettings.SetAsync(Account, "small", "usd", 5 * Credit, 5_000, default);
        Assert.Equal("no_payment_method", error!.Code);
    }

    [Fact]
    public async Task Set_OffAgain_BuysNothing()
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.TopUpSettings.SwitchOffAsync(Account, default);
        await _world.SpendAsync(6 * Credit);
        await _world.TopUps.RunAsync(default);
        Assert.Equal((4 * Credit, false), ((await _world.StateAsync()).Balance, (await _world.StateAsync()).TopUpDue));
    }

    /// <summary>An order whose charge had no answer: what was never charged is not, what may have been is found.</summary>
    [Theory]
    [InlineData(false, 4, OrderStatus.Failed)]
    [InlineData(true, 14, OrderStatus.Paid)]
    public async Task SwitchOff_WhileAChargeHasNoAnswer_ChargesNothingMore(bool wasCharged, int credits, OrderStatus status)
    {
        await SetAsync(maxPerMonth: 5_000);
        await _world.SpendAsync(6 * Credit);
        _world.Stripe.IsDown = !wasCharged;
        _world.Stripe.LosesAnswers = wasCharged ? 1 : 0;
        await _world.TopUps.RunAsync(default);
        var order = _world.Store.Orders.Single(o => o.Kind == OrderKind.TopUp);
        Assert.Equal((OrderStatus.Open, null), (order.Status, order.Payment));
        await _world.TopUpSettings.SwitchOffAsync(Account, default);
        (_world.Stripe.IsDown, _world.Stripe.LosesAnswers) = (false, 0);
        await _world.LaterAsync(TimeSpan.FromMinutes(10));
        Assert.Equal((credits * Credit, status), ((await _world.StateAsync()).Balance, _world.Stored(order).Status));
        Assert.False(TopUp.IsOpen);
        Assert.Equal("Switched off.", TopUp.OffBecause);
    }

    [Theory]
    [InlineData("none", "usd", 5, 5_000, "pack_not_found")]
    [InlineData("small", "gbp", 5, 5_000, "invalid_request")]
    [InlineData("small", "usd", 0, 5_000, "invalid_request")]
    [InlineData("small", "usd", 5, 998, "invalid_request")]
    public async Task Set_WrongValues_AreRefused(string pack, string currency, long below, long max, string code)
    {
        await SetAsync(maxPerMonth: 5_000);
        Assert.Equal(code, (await _world.TopUpSettings.SetAsync(Account, pack, currency, below * Credit, max, default)).Error!.Code);
    }

    private TopUp TopUp => ((IPayerStore)_world.Store).FindAsync(Account, default).Result!.Value.TopUp!;

    /// <summary>10 credits bought with a card that is kept; more below 5.</summary>
    private async Task SetAsync(long maxPerMonth)
    {
        await _world.BuyAsync(saves: true);
        await _world.DeliverAllAsync();
        var (topUp, error) = await _world.TopUpSettings.SetAsync(Account, "small", "usd", 5 * Credit, maxPerMonth, default);
        Assert.Null(error);
        Assert.Null(topUp!.OffBecause);
    }

    public void Dispose() => _world.Dispose();
}
