using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;

namespace AigneHub.Unit.Tests.Payments;

/// <summary>One history of payments, from a seed.</summary>
internal sealed class AnyOrderRun(int seed, bool packs, bool plans) : IDisposable
{
    private const int Steps = 50;
    private const int MonthsMax = 3;
    private readonly PaymentWorld _world = new(seed);
    private readonly Random _random = new(seed);
    private readonly List<Order> _unpaid = [];
    private readonly HashSet<string> _paid = [];
    private readonly List<AnyOrderSale> _sales = [];
    private string? _subscription;
    private Order? _plan;
    private int _months;
    private bool _isOver;

    /// <summary>What the history had, so that somebody can ask whether all histories had enough.</summary>
    public HashSet<string> Happened { get; } = [];

    public async Task RunAsync()
    {
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync();
        }

        _world.Ledger.AfterWrite = _ => Task.CompletedTask;
        foreach (var order in _unpaid)
        {
            _world.Stripe.Expire(order.Checkout!);
        }

        if (_random.Next(2) == 0)
        {
            Happened.Add("quiet");
            await _world.DeliverAllAsync();
            await AssertAsync();
        }

        // Nobody delivers the rest: the clock finds it, however often it looks.
        for (var i = 0; i < 6; i++)
        {
            await _world.LaterAsync(TimeSpan.FromDays(25));
        }

        await AssertAsync();
        Assert.All(_world.Store.Orders, order => Assert.Contains(order.Status, EndsOf(order)));
    }

    public void Dispose() => _world.Dispose();

    private OrderStatus[] EndsOf(Order order) =>
        order.Id == _plan?.Id ? [OrderStatus.Paid, OrderStatus.Ended]
        : _paid.Contains(order.Id) ? [OrderStatus.Paid]
        : [OrderStatus.Failed];

    private async Task StepAsync()
    {
        switch (_random.Next(12))
        {
            case 0 when packs:
                _unpaid.Add(await _world.OrderAsync(quantity: _random.Next(1, 5)));
                break;
            case 1 when _unpaid.Count > 0:
                var order = _unpaid[^1];
                _unpaid.Remove(order);
                _paid.Add(order.Id);
                _sales.Add(new AnyOrderSale(_world.Stripe.Pay(order.Checkout!), order.Amount, order.Credits, null));
                Happened.Add("pack paid");
                break;
            case 2 when _unpaid.Count > 0:
                _world.Stripe.Expire(_unpaid[0].Checkout!);
                _unpaid.RemoveAt(0);
                Happened.Add("pack expired");
                break;
            case 3 when _sales.Count > 0:
                Refund(_sales[_random.Next(_sales.Count)]);
                break;
            case 4 when _sales.Count > 0:
                Dispute(_sales[_random.Next(_sales.Count)]);
                break;
            case 5:
                await _world.LaterAsync(TimeSpan.FromMinutes(_random.Next(1, 600)));
                break;
            case 6 when _world.Stripe.Events.Count > 0:
                // Any of them, again or for the first time; the rest of what is new is lost.
                await _world.DeliverAsync(_world.Stripe.Events[_random.Next(_world.Stripe.Events.Count)]);
                Happened.Add("webhook");
                break;
            case 7 when _world.Stripe.Events.Count > 0:
                _world.Stripe.IsDown = true;
                await Assert.ThrowsAsync<PaymentProviderUnavailableException>(() => _world.DeliverAsync(_world.Stripe.Events[^1]));
                await _world.LaterAsync(TimeSpan.FromMinutes(10));
                _world.Stripe.IsDown = false;
                Happened.Add("outage");
                break;
            case 8:
                _world.Ledger.AfterWrite = LoseOneAnswer;
                Happened.Add("lost answer");
                break;
            case 9 when plans && _subscription is null:
                _plan = await _world.OrderAsync(pack: null, plan: "pro");
                _subscription = _world.Stripe.Pay(_plan.Checkout!);
                AddMonth();
                break;
            case 10 when _subscription is not null && !_isOver && _months < MonthsMax && _random.Next(2) == 0:
                // The charge comes an hour after the month's end.
                var monthEnd = _sales.Max(sale => sale.Expires)!.Value - Plan.RenewalTime;
                await _world.LaterAsync(monthEnd + TimeSpan.FromHours(1) - _world.Time.GetUtcNow());
                _world.Stripe.Renew(_subscription);
                AddMonth();
                Happened.Add("month");
                break;
            case 11 when _subscription is not null && !_isOver && _random.Next(3) == 0:
                _isOver = true;
                _world.Stripe.Change(_subscription, _random.Next(2) == 0 ? "canceled" : "active", cancelAtPeriodEnd: true);
                Happened.Add("end");
                break;
        }
    }

    /// <summary>Of a plan's newest month.</summary>
    private void AddMonth()
    {
        _months++;
        var invoice = _world.Stripe.All("invoice").MaxBy(End)!;
        _sales.Add(new AnyOrderSale(
            _world.Stripe.IntentOf(invoice["id"]!.GetValue<string>()), 2_000, 50 * PaymentWorld.Credit,
            DateTimeOffset.FromUnixTimeSeconds(End(invoice)) + Plan.RenewalTime));

        static long End(JsonObject invoice) => invoice["lines"]!["data"]![0]!["period"]!["end"]!.GetValue<long>();
    }

    private void Refund(AnyOrderSale sale)
    {
        var amount = _random.NextInt64(0, sale.Amount - sale.Refunded + 1);
        if (amount > 0)
        {
            Happened.Add(sale.Disputed > 0 ? "refund of what is disputed" : "refund");
            sale.Refunded += amount;
            _world.Stripe.Refund(sale.Intent, amount);
        }
    }

    /// <summary>The payer's bank does not ask what the payer has got back already.</summary>
    private void Dispute(AnyOrderSale sale)
    {
        if (sale.Disputed == 0)
        {
            sale.Disputed = _random.NextInt64(1, sale.Amount + 1);
            _world.Stripe.Dispute(sale.Intent, sale.Disputed);
        }
        else if (sale.Status == DisputeStatus.None)
        {
            sale.Status = _random.Next(2) == 0 ? DisputeStatus.Won : DisputeStatus.Lost;
            Happened.Add(sale.Status == DisputeStatus.Won ? "dispute won" : "dispute lost");
            _world.Stripe.CloseDispute(sale.Intent, sale.Status == DisputeStatus.Won ? "won" : "lost");
        }
    }

    private Task LoseOneAnswer(string _)
    {
        _world.Ledger.AfterWrite = _ => Task.CompletedTask;
        return Task.FromException(new StorageUnavailableException("The answer was lost."));
    }

    private async Task AssertAsync()
    {
        var state = await _world.StateAsync();
        var now = _world.Time.GetUtcNow();
        Int128 lasting = 0, wonBack = 0;
        foreach (var sale in _sales)
        {
            // Nothing was spent: what has expired takes nothing from other credit, whatever is refunded of it.
            lasting += sale.Expires > now || sale.Expires is null ? sale.Entitled : 0;
            // What was taken for a dispute and came back when the month was over does not expire with it.
            wonBack += sale is { Status: DisputeStatus.Won } && sale.Expires <= now ? sale.Entitled : 0;
        }

        Assert.Equal(0, state.Debt);
        Assert.InRange(state.Balance, lasting, lasting + wonBack);
        Assert.Empty(_world.Store.Incidents);
    }
}
