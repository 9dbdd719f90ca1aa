namespace AigneHub.Core.Payments;

/// <summary>
/// Looks at orders again by the clock, so that a lost webhook changes nothing for long: after as long as the order is old, from two
/// minutes to a month; a plan in force twice a day.
/// </summary>
public sealed class OrderSweep(
    IPaymentProvider provider, PaymentReconciler reconciler, IOrderStore orders, OrderWriter writer, AccountPlans plans, TopUps topUps,
    TimeProvider time)
{
    /// <summary>Of one run: what is left comes next time.</summary>
    private const int OrdersMax = 200;

    /// <summary>Orders without an answer after which a run ends: the provider is out.</summary>
    private const int FailuresMax = 5;

    private static readonly TimeSpan FailurePause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PauseMax = TimeSpan.FromDays(30);
    private static readonly TimeSpan PlanPauseMax = TimeSpan.FromHours(12);

    /// <summary>Cards can be disputed for 120 days, some for longer.</summary>
    private static readonly TimeSpan WatchedFor = TimeSpan.FromDays(200);

    /// <summary>A checkout without an answer was shown to nobody; the provider ends it after a day.</summary>
    private static readonly TimeSpan UnansweredMax = TimeSpan.FromHours(25);

    /// <summary>Orders looked at, and those that could not be.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not tell which are due.</exception>
    public async Task<(int Checked, int Failed)> RunAsync(CancellationToken cancellationToken)
    {
        var (seen, failed, unanswered) = (0, 0, 0);
        foreach (var due in await orders.ListDueAsync(time.GetUtcNow(), OrdersMax, cancellationToken))
        {
            seen++;
            try
            {
                await CheckAsync(due, cancellationToken);
            }
            catch (PaymentProviderRefusedException)
            {
                // This order's alone: no outage, however many there are.
                failed++;
                await TryScheduleAsync(due, cancellationToken);
            }
            catch (Exception e) when (e is PaymentProviderUnavailableException or StorageUnavailableException)
            {
                // Later, so that the others have their turn.
                await TryScheduleAsync(due, cancellationToken);
                failed++;
                if (++unanswered == FailuresMax)
                {
                    break;
                }
            }
        }

        return (seen, failed);
    }

    /// <summary>When an order is to be looked at next; null: no more.</summary>
    public DateTimeOffset? Next(Order order)
    {
        var now = time.GetUtcNow();
        var age = now - order.CreatedAt;
        if (order.Kind == OrderKind.Plan && (order.IsRenewing || order.IsInForce(now)))
        {
            var pause = Min(Max(age, PauseMin), PlanPauseMax);
            // The plan ends with the paid time, not half a day later.
            return order.PaidUntil is { } until && until > now ? Min(now + pause, until) : now + Min(pause, PlanPauseMax / 6);
        }

        return order.Status == OrderStatus.Failed || age > WatchedFor ? null : now + Min(Max(age, PauseMin), PauseMax);
    }

    private async Task CheckAsync(DueOrder due, CancellationToken cancellationToken)
    {
        if (await orders.FindAsync(due.Account, due.Order, cancellationToken) is not { Value: var order }
            || order.Provider != provider.Name)
        {
            await orders.ScheduleAsync(due, null, cancellationToken);
            return;
        }

        var isBusy = false;
        if (Hint(order) is { } hint)
        {
            isBusy = await reconciler.ReconcileAsync(hint, cancellationToken) == ReconcileOutcome.Busy;
        }
        else if (order.Kind == OrderKind.TopUp)
        {
            await topUps.ContinueAsync(order.Account, cancellationToken);
        }
        else if (time.GetUtcNow() - order.CreatedAt > UnansweredMax)
        {
            await writer.ChangeAsync(
                order.Account, order.Id, known => known.Status == OrderStatus.Open ? known with { Status = OrderStatus.Failed } : known,
                cancellationToken);
        }

        if (order.Kind == OrderKind.Plan)
        {
            await plans.ApplyAsync(order.Account, cancellationToken);
        }

        order = (await orders.FindAsync(due.Account, due.Order, cancellationToken))?.Value ?? order;
        await orders.ScheduleAsync(due, isBusy ? time.GetUtcNow() + FailurePause : Next(order), cancellationToken);
    }

    /// <summary>An order that storage can't put off either stays due.</summary>
    private async Task TryScheduleAsync(DueOrder due, CancellationToken cancellationToken)
    {
        try
        {
            await orders.ScheduleAsync(due, time.GetUtcNow() + FailurePause, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // The next run finds it again.
        }
    }

    private static PaymentHint? Hint(Order order) =>
        order.Subscription is { } subscription ? new PaymentHint(PaymentSubject.Subscription, subscription)
        : order.Payment is { } payment ? new PaymentHint(PaymentSubject.Payment, payment)
        : order.Checkout is { } checkout ? new PaymentHint(PaymentSubject.Checkout, checkout)
        : null;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
