using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using CsCheck;

namespace AigneHub.Unit.Tests.Payments;

/// <summary>
/// Payers, banks, webhooks and the clock in any order: webhooks late, twice or never, Stripe and answers failing in between. When all is
/// quiet, the ledger is what the payments entitle to, by a sum of its own.
/// </summary>
public sealed class AnyOrderTests
{
    private const int Steps = 40;

    [Fact]
    public void Ledger_AfterAnything_IsWhatThePaymentsEntitleTo() => Gen.Int[1, 1_000_000].Sample(seed => RunAsync(seed).Wait(), iter: 150);

    private static async Task RunAsync(int seed)
    {
        using var world = new PaymentWorld(seed);
        var random = new Random(seed);
        var unpaid = new List<Order>();
        var paid = new Dictionary<string, Paid>(StringComparer.Ordinal);
        var delivered = 0;
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    unpaid.Add(await world.OrderAsync(quantity: random.Next(1, 5)));
                    break;
                case 1 when unpaid.Count > 0:
                    var order = unpaid[^1];
                    unpaid.Remove(order);
                    paid.Add(world.Stripe.Pay(order.Checkout!), new Paid(order));
                    break;
                case 2 when unpaid.Count > 0:
                    world.Stripe.Expire(unpaid[0].Checkout!);
                    unpaid.RemoveAt(0);
                    break;
                case 3 when paid.Count > 0:
                    var (intent, of) = paid.ElementAt(random.Next(paid.Count));
                    if (random.NextInt64(0, of.Order.Amount - of.Refunded + 1) is > 0 and var refund && of.Disputed == 0)
                    {
                        of.Refunded += refund;
                        world.Stripe.Refund(intent, refund);
                    }

                    break;
                case 4 when paid.Count > 0:
                    (intent, of) = paid.ElementAt(random.Next(paid.Count));
                    if (of.Disputed == 0 && of.Order.Amount > of.Refunded)
                    {
                        of.Disputed = random.NextInt64(1, of.Order.Amount - of.Refunded + 1);
                        world.Stripe.Dispute(intent, of.Disputed);
                    }
                    else if (of is { Disputed: > 0, Status: DisputeStatus.None })
                    {
                        of.Status = random.Next(2) == 0 ? DisputeStatus.Won : DisputeStatus.Lost;
                        world.Stripe.CloseDispute(intent, of.Status == DisputeStatus.Won ? "won" : "lost");
                    }

                    break;
                case 5:
                    await world.LaterAsync(TimeSpan.FromMinutes(random.Next(1, 600)));
                    break;
                case 6 when world.Stripe.Events.Count > 0:
                    // Any of them, again or for the first time; the rest of what is new is lost.
                    await world.DeliverAsync(world.Stripe.Events[random.Next(world.Stripe.Events.Count)]);
                    delivered++;
                    break;
                case 7 when world.Stripe.Events.Count > 0:
                    world.Stripe.IsDown = true;
                    await Assert.ThrowsAsync<PaymentProviderUnavailableException>(() => world.DeliverAsync(world.Stripe.Events[^1]));
                    await world.LaterAsync(TimeSpan.FromMinutes(10));
                    world.Stripe.IsDown = false;
                    break;
                case 8:
                    world.Ledger.AfterWrite = LoseOneAnswer(world);
                    break;
            }
        }

        world.Ledger.AfterWrite = _ => Task.CompletedTask;
        foreach (var order in unpaid)
        {
            world.Stripe.Expire(order.Checkout!);
        }

        // Nobody delivers the rest: the clock finds it, however often it looks.
        for (var i = 0; i < 6; i++)
        {
            await world.LaterAsync(TimeSpan.FromDays(25));
        }

        Int128 expected = 0;
        foreach (var of in paid.Values)
        {
            expected += of.Entitled;
        }

        var state = await world.StateAsync();
        Assert.Equal(expected, state.Balance);
        Assert.Empty(world.Store.Incidents);
        Assert.All(
            world.Store.Orders,
            order => Assert.Equal(
                paid.Values.Any(of => of.Order.Id == order.Id) ? OrderStatus.Paid : OrderStatus.Failed, order.Status));
        Assert.True(delivered >= 0);
    }

    private static Func<string, Task> LoseOneAnswer(PaymentWorld world) => _ =>
    {
        world.Ledger.AfterWrite = _ => Task.CompletedTask;
        return Task.FromException(new AigneHub.Core.StorageUnavailableException("The answer was lost."));
    };

    private sealed class Paid(Order order)
    {
        public Order Order { get; } = order;
        public long Refunded { get; set; }
        public long Disputed { get; set; }
        public DisputeStatus Status { get; set; }

        /// <summary>The credits, less the part that went back, rounded up.</summary>
        public Int128 Entitled
        {
            get
            {
                var back = (Int128)Refunded + (Status == DisputeStatus.Won ? 0 : Disputed);
                var (quotient, rest) = Int128.DivRem(Order.Credits * back, Order.Amount);
                return Order.Credits - quotient - (rest > 0 ? 1 : 0);
            }
        }
    }
}
