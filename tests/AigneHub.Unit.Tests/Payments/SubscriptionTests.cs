using AigneHub.Core.Accounts;
using AigneHub.Core.Payments;
using static AigneHub.Unit.Tests.Payments.PaymentWorld;

namespace AigneHub.Unit.Tests.Payments;

public sealed class SubscriptionTests : IDisposable
{
    private static readonly DateTimeOffset MonthEnd = Start.AddMonths(1);
    private readonly PaymentWorld _world = new();

    [Fact]
    public async Task Subscription_Paid_GivesPlanAndTheMonthsCredits()
    {
        var (order, subscription) = await SubscribeAsync();
        Assert.Equal("pro", await _world.PlanAsync());
        var stored = _world.Stored(order);
        Assert.Equal(
            (OrderStatus.Paid, subscription, true, MonthEnd),
            (stored.Status, stored.Subscription, stored.IsRenewing, stored.PaidUntil));
        var grant = Assert.Single((await _world.StateAsync()).Grants);
        Assert.Equal((50 * Credit, MonthEnd + Plan.RenewalTime), (grant.Remaining, grant.Expires));
        Assert.Empty(_world.Store.Incidents);
    }

    [Fact]
    public async Task Renewal_Paid_GivesTheNextMonthAndLetsTheOldOneExpire()
    {
        var (_, subscription) = await SubscribeAsync();
        await _world.SpendAsync(20 * Credit);
        await LaterAsync(MonthEnd.AddHours(1));
        _world.Stripe.Renew(subscription);
        await _world.DeliverAllAsync();
        Assert.Equal(80 * Credit, (await _world.StateAsync()).Balance);
        await LaterAsync(MonthEnd.AddHours(4));
        var state = await _world.StateAsync();
        Assert.Equal((50 * Credit, 30 * Credit, "pro"), (state.Balance, state.Expired, await _world.PlanAsync()));
    }

    /// <summary>The renewal's charge comes an hour after the month's end: until then nothing stops.</summary>
    [Fact]
    public async Task Renewal_NotChargedYet_KeepsPlanAndCredits()
    {
        await SubscribeAsync();
        await LaterAsync(MonthEnd.AddHours(2));
        Assert.Equal((50 * Credit, "pro"), ((await _world.StateAsync()).Balance, await _world.PlanAsync()));
        await LaterAsync(MonthEnd.AddHours(6));
        Assert.Equal((0, null), ((await _world.StateAsync()).Balance, await _world.PlanAsync()));
    }

    [Fact]
    public async Task Renewal_ThatFails_TakesThePlanAtTheMonthsEnd()
    {
        var (order, subscription) = await SubscribeAsync();
        await LaterAsync(MonthEnd.AddHours(1));
        _world.Stripe.Change(subscription, "past_due");
        await _world.DeliverAllAsync();
        Assert.Null(await _world.PlanAsync());
        _world.Stripe.Change(subscription, "active");
        _world.Stripe.Renew(subscription);
        await _world.DeliverAllAsync();
        Assert.Equal("pro", await _world.PlanAsync());
        Assert.Equal(OrderStatus.Paid, _world.Stored(order).Status);
    }

    [Fact]
    public async Task Cancellation_AtTheMonthsEnd_KeepsThePlanUntilThen()
    {
        var (order, subscription) = await SubscribeAsync();
        _world.Stripe.Change(subscription, "active", cancelAtPeriodEnd: true);
        await _world.DeliverAllAsync();
        Assert.Equal((false, "pro"), (_world.Stored(order).IsRenewing, await _world.PlanAsync()));
        await LaterAsync(MonthEnd.AddMinutes(-10));
        Assert.Equal("pro", await _world.PlanAsync());
        // Without any webhook.
        await LaterAsync(MonthEnd.AddMinutes(1));
        Assert.Null(await _world.PlanAsync());
        _world.Stripe.Change(subscription, "canceled");
        await _world.DeliverAllAsync();
        Assert.Equal((OrderStatus.Ended, null), (_world.Stored(order).Status, await _world.PlanAsync()));
    }

    [Fact]
    public async Task Invoice_Refunded_TakesItsCreditsBack()
    {
        var (_, subscription) = await SubscribeAsync();
        var invoice = _world.Stripe.All("invoice").Single()["id"]!.GetValue<string>();
        _world.Stripe.Refund(_world.Stripe.IntentOf(invoice), 1_000);
        await _world.DeliverAllAsync();
        Assert.Equal(25 * Credit, (await _world.StateAsync()).Balance);
        _world.Stripe.Dispute(_world.Stripe.IntentOf(invoice), 1_000);
        await _world.DeliverAllAsync();
        Assert.Equal(0, (await _world.StateAsync()).Balance);
        Assert.NotNull(subscription);
    }

    [Fact]
    public async Task Subscription_WhoseWebhooksAreAllLost_IsFoundByTheClock()
    {
        await _world.BuyAsync(pack: null, plan: "pro");
        await _world.LaterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((50 * Credit, "pro"), ((await _world.StateAsync()).Balance, await _world.PlanAsync()));
        var subscription = _world.Stripe.All("subscription").Single()["id"]!.GetValue<string>();
        await LaterAsync(MonthEnd.AddHours(1));
        _world.Stripe.Renew(subscription);
        await LaterAsync(MonthEnd.AddHours(4));
        Assert.Equal((50 * Credit, "pro"), ((await _world.StateAsync()).Balance, await _world.PlanAsync()));
    }

    [Fact]
    public async Task Checkout_OfAPlanBesideAnother_IsRefused()
    {
        await SubscribeAsync();
        var (_, _, error) = await _world.Checkout.OpenAsync(
            new Purchase(Account, null, "pro", "usd", 1, false, null), default);
        Assert.Equal("already_subscribed", error!.Code);
    }

    /// <summary>Nobody must pay for two plans a month.</summary>
    [Fact]
    public async Task Checkout_OfAPlanWhoseEarlierPageIsOpen_EndsThatPage()
    {
        var first = await _world.OrderAsync(pack: null, plan: "pro", name: "first");
        var second = await _world.OrderAsync(pack: null, plan: "pro", name: "second");
        Assert.Equal(
            ["expired", "open"], _world.Stripe.All("checkout.session").Select(s => (string?)s["status"]).Order(StringComparer.Ordinal));
        Assert.Equal((OrderStatus.Failed, OrderStatus.Open), (_world.Stored(first).Status, _world.Stored(second).Status));
        _world.Stripe.Pay(second.Checkout!);
        await _world.DeliverAllAsync();
        Assert.Equal(("pro", OrderStatus.Paid), (await _world.PlanAsync(), _world.Stored(second).Status));
        Assert.Empty(_world.Store.Incidents);
    }

    [Fact]
    public async Task Checkout_OfAPlanWhoseEarlierPageIsPaid_IsRefusedBeforeAnyWebhook()
    {
        await _world.BuyAsync(pack: null, plan: "pro");
        await RefusedAsync();
        Assert.Single(_world.Stripe.All("checkout.session"));
    }

    /// <summary>A subscription that is not paid at the moment gives no plan, and will be charged again.</summary>
    [Fact]
    public async Task Checkout_OfAPlanBesideOneThatIsPastDue_IsRefusedUntilItHasEnded()
    {
        var (_, subscription) = await SubscribeAsync();
        await LaterAsync(MonthEnd.AddHours(1));
        _world.Stripe.Change(subscription, "past_due");
        await _world.DeliverAllAsync();
        Assert.Null(await _world.PlanAsync());
        await RefusedAsync();
        _world.Stripe.Change(subscription, "canceled");
        await _world.DeliverAllAsync();
        await _world.OrderAsync(pack: null, plan: "pro");
    }

    [Fact]
    public async Task Subscription_BesideAnother_IsBookedAndKept()
    {
        var (_, first) = await SubscribeAsync();
        // As a page that was paid at the same moment.
        var order = _world.Store.Orders.Single() with
        {
            Id = "ord_" + new string('f', 32),
            Claim = "x",
            Status = OrderStatus.Open,
            Subscription = null,
            PaidUntil = null,
        };
        await ((IOrderStore)_world.Store).AddAsync(order, default);
        var page = await _world.Provider.OpenCheckoutAsync(order, (string)_world.Stripe.All("customer").Single()["id"]!, default);
        var second = _world.Stripe.Pay(page.Id);
        await _world.DeliverAllAsync();
        await _world.DeliverAllAsync();
        var kept = _world.Store.Incidents.Single();
        Assert.Equal((second, "subscribed_twice", null), (kept.Subject, kept.Code, kept.ClosedBy));
        Assert.Equal(100 * Credit, (await _world.StateAsync()).Balance);
        _world.Stripe.Change(first, "canceled");
        await _world.DeliverAllAsync();
        await _world.DeliverAllAsync();
        Assert.Equal("hub", _world.Store.Incidents.Single().ClosedBy);
    }

    private async Task RefusedAsync()
    {
        var (order, _, error) = await _world.Checkout.OpenAsync(new Purchase(Account, null, "pro", "usd", 1, false, null), default);
        Assert.Null(order);
        Assert.Equal("already_subscribed", error!.Code);
    }

    [Fact]
    public async Task Plan_ThatAnAdministratorGave_IsNotTakenByAnEndedSubscription()
    {
        var (_, subscription) = await SubscribeAsync();
        _world.Stripe.Change(subscription, "canceled");
        await LaterAsync(MonthEnd.AddHours(1));
        Assert.Null(await _world.PlanAsync());
        var owner = (await _world.Store.FindAsync(OwnerKind.Account, Account, default))!;
        await _world.Store.ReplaceAsync(owner.Value with { Plan = "gift", GivenPlan = "gift" }, owner.ETag, default);
        await _world.DeliverAllAsync();
        await LaterAsync(MonthEnd.AddDays(2));
        Assert.Equal("gift", await _world.PlanAsync());
    }

    private async Task<(Order Order, string Subscription)> SubscribeAsync()
    {
        var bought = await _world.BuyAsync(pack: null, plan: "pro");
        await _world.DeliverAllAsync();
        return bought;
    }

    /// <summary>In steps, as the clock's function runs.</summary>
    private async Task LaterAsync(DateTimeOffset until)
    {
        while (_world.Time.GetUtcNow() < until)
        {
            var step = until - _world.Time.GetUtcNow();
            await _world.LaterAsync(step < TimeSpan.FromMinutes(30) ? step : TimeSpan.FromMinutes(30));
        }
    }

    public void Dispose() => _world.Dispose();
}
