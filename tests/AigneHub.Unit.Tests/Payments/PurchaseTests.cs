using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Testing;
using static AigneHub.Unit.Tests.Payments.PaymentWorld;

namespace AigneHub.Unit.Tests.Payments;

public sealed class PurchaseTests : IDisposable
{
    private readonly PaymentWorld _world = new();

    [Fact]
    public async Task Checkout_PaidAndReported_GrantsWhatWasOrdered()
    {
        var (order, intent) = await _world.BuyAsync(quantity: 3);
        Assert.Equal((OrderStatus.Open, 2_997, 30 * Credit), (order.Status, order.Amount, order.Credits));
        await _world.DeliverAllAsync();
        var state = await _world.StateAsync();
        Assert.Equal((30 * Credit, 1), (state.Granted, state.MoneySeq));
        Assert.Equal((OrderStatus.Paid, intent), (_world.Stored(order).Status, _world.Stored(order).Payment));
        Assert.Empty(_world.Store.Incidents);
    }

    /// <summary>A retried webhook must not credit twice.</summary>
    [Fact]
    public async Task Webhook_Repeated_CreditsOnce()
    {
        await _world.BuyAsync();
        for (var i = 0; i < 5; i++)
        {
            await _world.DeliverAllAsync();
        }

        Assert.Equal((10 * Credit, 1), ((await _world.StateAsync()).Granted, (await _world.StateAsync()).MoneySeq));
    }

    [Fact]
    public async Task Webhook_ManyAtOnce_CreditOnce()
    {
        await _world.BuyAsync();
        var events = _world.Stripe.Events;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _world.DeliverAsync(events[i % events.Count]))));
        Assert.Equal((10 * Credit, 1), ((await _world.StateAsync()).Granted, (await _world.StateAsync()).MoneySeq));
    }

    /// <summary>The amounts in a webhook's body are nobody's: with a good signature, only the reference counts.</summary>
    [Fact]
    public async Task Webhook_WithOtherAmountsInItsBody_BooksWhatIsFetched()
    {
        await _world.BuyAsync();
        foreach (var payload in _world.Stripe.Events)
        {
            await _world.DeliverAsync(payload.Replace("999", "99900", StringComparison.Ordinal));
        }

        Assert.Equal(10 * Credit, (await _world.StateAsync()).Granted);
    }

    /// <summary>A charge must not be acknowledged as long as its credit is not booked.</summary>
    [Fact]
    public async Task Webhook_LedgerOut_IsNotAcknowledgedAndBooksLater()
    {
        await _world.BuyAsync();
        _world.Ledger.BeforeWrite = _ => throw new StorageUnavailableException("out");
        foreach (var payload in _world.Stripe.Events.Where(e => e.Contains("succeeded", StringComparison.Ordinal)))
        {
            // The endpoint answers 503.
            await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.DeliverAsync(payload));
        }

        _world.Ledger.BeforeWrite = _ => Task.CompletedTask;
        await _world.DeliverAllAsync();
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Granted);
    }

    [Fact]
    public async Task Webhook_StripeOut_IsNotAcknowledged()
    {
        await _world.BuyAsync();
        _world.Stripe.IsDown = true;
        await Assert.ThrowsAsync<PaymentProviderUnavailableException>(() => _world.DeliverAsync(_world.Stripe.Events[0]));
        _world.Stripe.IsDown = false;
        await _world.DeliverAsync(_world.Stripe.Events[0]);
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Granted);
    }

    /// <summary>What was paid and names no order here is kept, and the keeping must succeed before it is acknowledged.</summary>
    [Fact]
    public async Task Webhook_OfAnUnknownOrder_IsKept()
    {
        var foreign = _world.Stripe.PayOtherwise(5_000, "usd");
        var invented = _world.Stripe.PayOtherwise(5_000, "usd", Account, "ord_00000000000000000000000000000000");
        _world.Store.Failure = new StorageUnavailableException("out");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.DeliverAsync(_world.Stripe.Events[0]));
        _world.Store.Failure = null;
        Assert.Equal(ReconcileOutcome.Kept, await _world.DeliverAsync(_world.Stripe.Events[0]));
        Assert.Equal(ReconcileOutcome.Kept, await _world.DeliverAsync(_world.Stripe.Events[1]));
        await _world.DeliverAllAsync();
        Assert.Equal([foreign, invented], _world.Store.Incidents.Select(i => i.Subject));
        Assert.All(_world.Store.Incidents, i => Assert.Equal("order_unknown", i.Code));
        Assert.Equal(2, _world.Log.All.Count(i => i.Kind == IncidentKind.PaymentDiffers));
    }

    [Fact]
    public async Task Webhook_OfAnAccountThatIsGone_IsKept()
    {
        var order = await _world.OrderAsync();
        await ((IOrderStore)_world.Store).AddAsync(order with { Account = "ghost", Claim = "x" }, default);
        var intent = _world.Stripe.PayOtherwise(999, "usd", "ghost", order.Id);
        await _world.DeliverAllAsync();
        Assert.Equal((intent, "account_unknown"), (_world.Store.Incidents.Single().Subject, _world.Store.Incidents.Single().Code));
    }

    [Theory]
    [InlineData(998, "usd")]
    [InlineData(99_900, "usd")]
    [InlineData(999, "eur")]
    public async Task Webhook_OfAnotherAmountThanOrdered_CreditsNothing(long amount, string currency)
    {
        var order = await _world.OrderAsync();
        _world.Stripe.PayOtherwise(amount, currency, Account, order.Id);
        await _world.DeliverAllAsync();
        Assert.Equal("amount_differs", _world.Store.Incidents.Single().Code);
        Assert.Equal((0, OrderStatus.Open), ((await _world.StateAsync()).Granted, _world.Stored(order).Status));
    }

    /// <summary>An order of another method of payment can't be credited through Stripe's webhooks.</summary>
    [Fact]
    public async Task Webhook_OfAManualOrder_CreditsNothing()
    {
        var (order, error) = await _world.Manual.BookAsync(
            new ManualPayment(Account, "2026-1", "usd", 999, 10 * Credit), "paid by bank transfer", "admin", default);
        Assert.Null(error);
        _world.Stripe.PayOtherwise(999, "usd", Account, order!.Id);
        await _world.DeliverAllAsync();
        Assert.Equal("other_provider", _world.Store.Incidents.Single().Code);
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Granted);
    }

    [Fact]
    public async Task Webhook_OfASecondPaymentOfAnOrder_IsKept()
    {
        var (order, _) = await _world.BuyAsync();
        await _world.DeliverAllAsync();
        var second = _world.Stripe.PayOtherwise(999, "usd", Account, order.Id);
        await _world.DeliverAllAsync();
        Assert.Equal((second, "order_paid_before"), (_world.Store.Incidents.Single().Subject, _world.Store.Incidents.Single().Code));
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Granted);
    }

    [Fact]
    public async Task Refunds_InParts_TakeBackTheirPartRoundedUp()
    {
        var (_, intent) = await _world.BuyAsync();
        await _world.DeliverAllAsync();
        _world.Stripe.Refund(intent, 333);
        await _world.DeliverAllAsync();
        // ceil(10 credits × 333 ÷ 999), ceil(10 credits × 334 ÷ 999)
        Assert.Equal(3_333_333_334, (await _world.StateAsync()).Reversed);
        _world.Stripe.Refund(intent, 1);
        await _world.DeliverAllAsync();
        Assert.Equal(3_343_343_344, (await _world.StateAsync()).Reversed);
        _world.Stripe.Refund(intent, 665);
        await _world.DeliverAllAsync();
        Assert.Equal((10 * Credit, 0), ((await _world.StateAsync()).Reversed, (await _world.StateAsync()).Balance));
    }

    [Fact]
    public async Task Dispute_Won_GivesTheCreditsBack()
    {
        var (_, intent) = await _world.BuyAsync();
        _world.Stripe.Dispute(intent, 999);
        await _world.DeliverAllAsync();
        Assert.Equal(0, (await _world.StateAsync()).Balance);
        _world.Stripe.CloseDispute(intent, "won");
        await _world.DeliverAllAsync();
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task Dispute_Lost_KeepsThemGone()
    {
        var (_, intent) = await _world.BuyAsync();
        _world.Stripe.Dispute(intent, 999);
        _world.Stripe.CloseDispute(intent, "lost");
        await _world.DeliverAllAsync();
        Assert.Equal(0, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task Dispute_ThatIsAnInquiry_TakesNothing()
    {
        var (_, intent) = await _world.BuyAsync();
        _world.Stripe.Dispute(intent, 999, "warning_needs_response");
        await _world.DeliverAllAsync();
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task Refund_ThatFailed_IsKeptForAPerson()
    {
        var (_, intent) = await _world.BuyAsync();
        _world.Stripe.Refund(intent, 999);
        await _world.DeliverAllAsync();
        _world.Stripe.FailRefund(intent, 999);
        await _world.DeliverAllAsync();
        Assert.Equal("went_back", _world.Store.Incidents.Single().Code);
        Assert.Equal(0, (await _world.StateAsync()).Balance);
    }

    [Fact]
    public async Task Incident_ThatAgreesByNow_ClosesItselfAndOpensAgain()
    {
        var (order, intent) = await _world.BuyAsync();
        var copy = _world.Store.Orders.Single();
        await _world.Store.ReplaceAsync(
            copy with { Currency = "eur" }, (await ((IOrderStore)_world.Store).FindAsync(Account, order.Id, default))!.ETag, default);
        await _world.DeliverAllAsync();
        Assert.Null(_world.Store.Incidents.Single().ClosedBy);
        await _world.Store.ReplaceAsync(
            copy, (await ((IOrderStore)_world.Store).FindAsync(Account, order.Id, default))!.ETag, default);
        await _world.DeliverAllAsync();
        Assert.Equal((intent, "hub"), (_world.Store.Incidents.Single().Subject, _world.Store.Incidents.Single().ClosedBy));

        // It differs again: open and told again, once.
        await _world.Store.ReplaceAsync(
            copy with { Currency = "eur" }, (await ((IOrderStore)_world.Store).FindAsync(Account, order.Id, default))!.ETag, default);
        await _world.DeliverAllAsync();
        await _world.DeliverAllAsync();
        Assert.Null(_world.Store.Incidents.Single().ClosedBy);
        Assert.Equal(2, _world.Log.All.Count(i => i.Kind == IncidentKind.PaymentDiffers));
    }

    [Fact]
    public async Task Checkout_RepeatedUnderItsName_IsOneOrderAtOnePage()
    {
        var first = await _world.OrderAsync(name: "order-1");
        var second = await _world.OrderAsync(name: "order-1");
        Assert.Equal((first.Id, first.Checkout), (second.Id, second.Checkout));
        var (_, _, error) = await _world.Checkout.OpenAsync(
            new Purchase(Account, "small", null, "usd", 2, false, "order-1"), default);
        Assert.Equal("idempotency_key_reused", error!.Code);
        Assert.Single(_world.Stripe.All("checkout.session"));
        Assert.Single(_world.Store.Due);
    }

    [Fact]
    public async Task Checkout_RepeatedWhenItIsNoLongerSold_IsTheSamePageWhileThatCanBePaid()
    {
        var purchase = new Purchase(Account, "small", null, "usd", 1, false, "order-1");
        var (order, url, _) = await _world.Checkout.OpenAsync(purchase, default);
        _world.Products.PackRecords["small"] = _world.Products.PackRecords["small"] with { IsSold = false };
        // Stripe has forgotten the key of the first.
        _world.Stripe.ForgetAnswers();
        var again = await _world.Checkout.OpenAsync(purchase, default);
        Assert.Equal((order!.Id, url), (again.Order?.Id, again.Url));
        _world.Stripe.Expire(order.Checkout!);
        again = await _world.Checkout.OpenAsync(purchase, default);
        Assert.Equal((order.Id, null), (again.Order?.Id, again.Url));
        Assert.Single(_world.Stripe.All("checkout.session"));
    }

    [Fact]
    public async Task Checkout_OfAPayerWhomStripeKnowsNoMore_IsOfANewOne()
    {
        await _world.OrderAsync();
        var lost = (string)_world.Stripe.All("customer").Single()["id"]!;
        _world.Stripe.Forget(lost);
        var order = await _world.OrderAsync();
        var made = (string)_world.Stripe.All("customer").Single()["id"]!;
        Assert.NotEqual(lost, made);
        _world.Stripe.Pay(order.Checkout!);
        await _world.DeliverAllAsync();
        Assert.Equal(10 * Credit, (await _world.StateAsync()).Granted);
        await _world.OrderAsync();
        Assert.Single(_world.Stripe.All("customer"));
    }

    [Fact]
    public async Task Checkout_WhoseAnswerWasLost_IsTheSamePageWhenRepeated()
    {
        _world.Stripe.LosesAnswers = 2;
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<PaymentProviderUnavailableException>(() => _world.OrderAsync(name: "order-1"));
        }

        await _world.OrderAsync(name: "order-1");
        Assert.Equal((1, 1), (_world.Stripe.All("customer").Count, _world.Stripe.All("checkout.session").Count));
    }

    [Fact]
    public async Task Checkout_OfWhatIsNotSold_IsRefused()
    {
        await RefusedAsync("pack_not_found", new Purchase(Account, "none", null, "usd", 1, false, null));
        await RefusedAsync("plan_not_found", new Purchase(Account, null, "none", "usd", 1, false, null));
        await RefusedAsync("invalid_request", new Purchase(Account, "small", "pro", "usd", 1, false, null));
        await RefusedAsync("invalid_request", new Purchase(Account, "small", null, "gbp", 1, false, null));
        await RefusedAsync("invalid_request", new Purchase(Account, "small", null, "usd", 0, false, null));
        await RefusedAsync("invalid_request", new Purchase(Account, "small", null, "usd", 1_001, false, null));
        _world.Products.PackRecords["small"] = _world.Products.PackRecords["small"] with { IsSold = false };
        await RefusedAsync("pack_not_found", new Purchase(Account, "small", null, "usd", 1, false, null));
        Assert.Empty(_world.Store.Orders);
    }

    private async Task RefusedAsync(string code, Purchase purchase)
    {
        var (order, _, error) = await _world.Checkout.OpenAsync(purchase, default);
        Assert.Null(order);
        Assert.Equal(code, error!.Code);
    }

    /// <summary>Packs, plans and what was paid outside: nothing that was paid for stands elsewhere than on the one statement.</summary>
    [Fact]
    public async Task Statement_OfWhatWasBought_HasEachPaymentOnceUnderItsId()
    {
        var (_, pack) = await _world.BuyAsync();
        await _world.BuyAsync(pack: null, plan: "pro");
        await _world.DeliverAllAsync();
        var invoice = _world.Stripe.All("invoice").Single()["id"]!.GetValue<string>();
        await _world.Manual.BookAsync(new ManualPayment(Account, "2026-17", "eur", 50_000, 600 * Credit), "paid", "key_1", default);
        _world.Stripe.Refund(pack, 999);
        await _world.DeliverAllAsync();
        _world.Time.Advance(TimeSpan.FromHours(1));

        using var pipeline = new Pipeline(_world.Ledger, _world.Ledger, _world.Ledger, _world.Time, unit: LedgerUnit.NanoCredit);
        var lines = await pipeline.Statements.ReadAsync(
            Account, new StatementQuery(Start.AddHours(-1), Start.AddHours(2), StatementContent.All), default).ToListAsync();

        var moved = lines.OfType<StatementLine.Moved>().Select(line => line.Movement).ToArray();
        foreach (var (payment, credits) in new[] { (pack, 10), (invoice, 50), ("manual:2026-17", 600) })
        {
            var grant = Assert.Single(moved, one => one.Kind == MovementKind.Grant && one.Id!.Contains(payment, StringComparison.Ordinal));
            Assert.Equal(credits * Credit, grant.Amount);
        }

        Assert.Equal(
            [("Reversal", 10 * Credit)],
            moved.Where(one => one.Kind != MovementKind.Grant).Select(one => (one.Kind.ToString(), one.Amount)));
        Assert.Equal((3, 650 * Credit), (moved.Count(one => one.Kind == MovementKind.Grant), lines[^1].Balance));
    }

    public void Dispose() => _world.Dispose();
}
