using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>
/// Brings the ledger to what is so at the provider. Called for every webhook and by the clock, in any order and as often as anybody
/// likes: what is fetched is cumulative, and the ledger books what is missing. Throws <see cref="StorageUnavailableException"/> and
/// <see cref="PaymentProviderUnavailableException"/>: nothing is known then, ask again.
/// </summary>
public sealed class PaymentReconciler(
    IPaymentProvider provider, IOrderStore orders, OrderWriter writer, IOwnerStore owners, PurseSync ledger, ILedgerStore rows,
    AccountPlans plans, TopUpStop topUp, PaymentIncidents incidents)
{
    public Task<ReconcileOutcome> ReconcileAsync(PaymentHint hint, CancellationToken cancellationToken) => hint.Subject switch
    {
        PaymentSubject.Checkout => CheckoutAsync(hint.Id, cancellationToken),
        PaymentSubject.Subscription => SubscriptionAsync(hint.Id, cancellationToken),
        _ => PaymentAsync(hint.Id, cancellationToken),
    };

    private async Task<ReconcileOutcome> CheckoutAsync(string id, CancellationToken cancellationToken)
    {
        if (await provider.FindCheckoutAsync(id, cancellationToken) is not { } report)
        {
            return await KeepAsync(id, "not_at_provider", "The provider does not know this checkout.", null, cancellationToken);
        }

        if (report.IsOver && report.For is { } given)
        {
            await writer.ChangeAsync(
                given.Account, given.Order,
                order => order is { Status: OrderStatus.Open, Kind: not OrderKind.TopUp } && order.Provider == provider.Name
                    ? order with { Status = OrderStatus.Failed }
                    : order,
                cancellationToken);
            return ReconcileOutcome.Nothing;
        }

        return report.Subscription is { } subscription ? await SubscriptionAsync(subscription, cancellationToken)
            : report.Payment is { } payment ? await PaymentAsync(payment, cancellationToken)
            : ReconcileOutcome.Nothing;
    }

    private async Task<ReconcileOutcome> SubscriptionAsync(string id, CancellationToken cancellationToken)
    {
        if (await provider.FindSubscriptionAsync(id, cancellationToken) is not { } report)
        {
            return await KeepAsync(id, "not_at_provider", "The provider does not know this subscription.", null, cancellationToken);
        }

        var (order, kept) = await OrderOfAsync(id, report.For, cancellationToken);
        if (order is null)
        {
            return kept;
        }

        if (order.Kind != OrderKind.Plan || (order.Subscription is { } other && other != id))
        {
            return await KeepAsync(id, "order_differs", "The order is not for this subscription.", order, cancellationToken);
        }

        await writer.ChangeAsync(
            order.Account, order.Id,
            known => known with
            {
                Subscription = id,
                IsRenewing = report.IsRenewing && known.Status != OrderStatus.Ended,
                Status = report.IsEnded ? OrderStatus.Ended : known.Status,
            },
            cancellationToken);
        await TellOfTwoAsync(id, order, report, cancellationToken);
        var outcome = ReconcileOutcome.Nothing;
        foreach (var payment in report.Payments)
        {
            var one = await PaymentAsync(payment, cancellationToken);
            outcome = one > outcome || outcome == ReconcileOutcome.Nothing ? one : outcome;
        }

        await plans.ApplyAsync(order.Account, cancellationToken);
        return outcome;
    }

    /// <summary>What the account pays is booked all the same; that it pays twice is kept at the later one.</summary>
    private async Task TellOfTwoAsync(string id, Order order, SubscriptionReport report, CancellationToken cancellationToken)
    {
        if (!report.IsEnded)
        {
            await foreach (var other in plans.OrdersAsync(order.Account, cancellationToken))
            {
                if (other.IsSubscribed && other.Subscription != id && string.CompareOrdinal(other.Id, order.Id) < 0)
                {
                    await incidents.KeepAsync(
                        id, "subscribed_twice", $"The account pays for the subscription {other.Subscription}, too. Cancel one of them.",
                        order.Account, order.Id, cancellationToken);
                    return;
                }
            }
        }

        await incidents.SettleAsync(id, cancellationToken);
    }

    private async Task<ReconcileOutcome> PaymentAsync(string id, CancellationToken cancellationToken)
    {
        if (await provider.FindPaymentAsync(id, cancellationToken) is not { } report)
        {
            return await KeepAsync(id, "not_at_provider", "The provider does not know this payment.", null, cancellationToken);
        }

        if (report.Captured == 0)
        {
            await CloseAsync(report, cancellationToken);
            return ReconcileOutcome.Nothing;
        }

        var (order, kept) = await OrderOfAsync(report.Id, report.For, cancellationToken);
        if (order is null)
        {
            return kept;
        }

        if (await WhatDiffersAsync(report, order, cancellationToken) is { } differs)
        {
            return await KeepAsync(report.Id, differs.Code, differs.Detail, order, cancellationToken);
        }

        // One payment pays an order: whoever comes first, whatever another one says.
        var claimed = await writer.ChangeAsync(
            order.Account, order.Id,
            known => known.Kind == OrderKind.Plan
                ? known with { Subscription = known.Subscription ?? report.Subscription }
                : known with { Payment = known.Payment ?? report.Id },
            cancellationToken);
        var isIts = claimed!.Kind == OrderKind.Plan ? claimed.Subscription == report.Subscription : claimed.Payment == report.Id;
        return isIts
            ? await BookAsync(report, claimed, cancellationToken)
            : await KeepAsync(
                report.Id, "order_paid_before", "The order was paid by another payment. Give this one back.", claimed, cancellationToken);
    }

    private async Task<ReconcileOutcome> BookAsync(PaymentReport report, Order order, CancellationToken cancellationToken)
    {
        var purse = PurseId.OfAccount(order.Account);
        // Before it is booked: afterwards the balance is low, and the card would be charged for it.
        if (Taken(report) > Taken((await rows.FindPaymentAsync(purse, report.Id, cancellationToken))?.Payment))
        {
            await topUp.StopAsync(order.Account, report.Id, $"The payment {report.Id} was refunded or disputed.", cancellationToken);
        }

        var payment = new Payment(
            report.Id, order.Id, order.Amount, order.Credits, report.Captured, report.Refunded, report.Disputed, report.Dispute,
            report.PeriodEnd + Plan.RenewalTime);
        var result = await ledger.SyncAsync(purse, new SyncCommand.SetPayment(payment), cancellationToken);
        switch (result.Outcome)
        {
            case SyncOutcome.Busy:
                return ReconcileOutcome.Busy;
            case SyncOutcome.Refused:
                return await KeepAsync(
                    report.Id, result.Refused!, "The ledger has refused it: it was booked with other content.", order, cancellationToken);
        }

        await writer.ChangeAsync(
            order.Account, order.Id,
            known => known with
            {
                Status = known.Status == OrderStatus.Ended ? OrderStatus.Ended : OrderStatus.Paid,
                PaidUntil = report.PeriodEnd is { } end && !(known.PaidUntil > end) ? end : known.PaidUntil,
            },
            cancellationToken);
        if (order.Kind == OrderKind.Plan)
        {
            await plans.ApplyAsync(order.Account, cancellationToken);
        }

        if (await rows.FindPaymentAsync(purse, report.Id, cancellationToken) is { } booked && WentBack(booked.Payment, report)
            && await provider.FindPaymentAsync(report.Id, cancellationToken) is { } again && WentBack(booked.Payment, again))
        {
            return await KeepAsync(
                report.Id, "went_back", "The provider reports less than is booked, as after a refund that failed. Adjust by hand.", order,
                cancellationToken);
        }

        await incidents.SettleAsync(report.Id, cancellationToken);
        return ReconcileOutcome.Booked;
    }

    /// <summary>Minor units that went back to the payer so far.</summary>
    private static long Taken(PaymentReport report) => report.Refunded + (report.Dispute == DisputeStatus.Won ? 0 : report.Disputed);

    private static long Taken(Payment? booked) => booked is null
        ? 0
        : booked.Refunded + (booked.Dispute == DisputeStatus.Won ? 0 : booked.Disputed);

    /// <summary>Amounts only ever rise, and a dispute is decided once: what says otherwise needs a person.</summary>
    private static bool WentBack(Payment booked, PaymentReport report) =>
        report.Captured < booked.Captured || report.Refunded < booked.Refunded
        || (booked.Dispute is DisputeStatus.Won or DisputeStatus.Lost && report.Dispute != booked.Dispute);

    private async Task<(string Code, string Detail)?> WhatDiffersAsync(
        PaymentReport report, Order order, CancellationToken cancellationToken)
    {
        if (report.Currency != order.Currency || report.Amount != order.Amount || report.Captured > order.Amount)
        {
            return (
                "amount_differs",
                $"Ordered {order.Amount} {order.Currency}, asked for {report.Amount} and paid {report.Captured} {report.Currency}.");
        }

        if ((order.Kind == OrderKind.Plan) != report.Subscription is not null)
        {
            return ("order_differs", "A plan is paid by its subscription's invoices, and all else is not.");
        }

        return await owners.FindAsync(OwnerKind.Account, order.Account, cancellationToken) is null
            ? ("account_unknown", "There is no account with this id.")
            : null;
    }

    /// <summary>The order; without one, how it went on.</summary>
    private async Task<(Order? Order, ReconcileOutcome Outcome)> OrderOfAsync(
        string subject, OrderReference? reference, CancellationToken cancellationToken)
    {
        if (reference is not { } given)
        {
            return (null, await KeepAsync(
                subject, "order_unknown", "It does not name an order of this hub: made by hand, or by another service.", null,
                cancellationToken));
        }

        if (await orders.FindAsync(given.Account, given.Order, cancellationToken) is not { } found)
        {
            await incidents.KeepAsync(
                subject, "order_unknown", "There is no such order.", given.Account, given.Order, cancellationToken);
            return (null, ReconcileOutcome.Kept);
        }

        return found.Value.Provider == provider.Name
            ? (found.Value, ReconcileOutcome.Nothing)
            : (null, await KeepAsync(
                subject, "other_provider", $"The order is paid through {found.Value.Provider}.", found.Value, cancellationToken));
    }

    private async Task CloseAsync(PaymentReport report, CancellationToken cancellationToken)
    {
        if (report is { Subscription: null, For: { } given }
            && (report.IsOver || (report.NeedsPayer && await CancelAsync(report.Id, given, cancellationToken))))
        {
            await writer.ChangeAsync(
                given.Account, given.Order,
                order => order.Status == OrderStatus.Open && order.Provider == provider.Name && order.Payment == report.Id
                    ? order with { Status = OrderStatus.Failed }
                    : order,
                cancellationToken);
        }
    }

    /// <summary>A top-up has nobody to pay it in another way: it is over. False when it is none, or was paid at the last moment.</summary>
    private async Task<bool> CancelAsync(string payment, OrderReference of, CancellationToken cancellationToken) =>
        await orders.FindAsync(of.Account, of.Order, cancellationToken)
            is { Value: { Kind: OrderKind.TopUp, Status: OrderStatus.Open } order }
        && order.Provider == provider.Name && order.Payment == payment
        && await provider.CancelPaymentAsync(payment, cancellationToken) is { IsOver: true };

    private async Task<ReconcileOutcome> KeepAsync(
        string subject, string code, string detail, Order? order, CancellationToken cancellationToken)
    {
        await incidents.KeepAsync(subject, code, detail, order?.Account, order?.Id, cancellationToken);
        return ReconcileOutcome.Kept;
    }
}
