using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using Stripe;

namespace AigneHub.Billing;

/// <summary>What Stripe's objects say, in the hub's words. Nothing is taken from webhooks: everything is fetched.</summary>
internal sealed class StripeReports(V1Services stripe)
{
    public const string AccountName = "aignehub_account";
    public const string OrderName = "aignehub_order";

    /// <summary>Of a subscription: half a year, as long as cards can be disputed.</summary>
    private const int InvoicesMax = 6;

    private const int DisputesMax = 20;

    public static OrderReference? OrderOf(Dictionary<string, string>? metadata) =>
        metadata is not null && metadata.TryGetValue(AccountName, out var account) && metadata.TryGetValue(OrderName, out var order)
            ? new OrderReference(account, order)
            : null;

    /// <summary>Of a subscription's payment the report of its invoice.</summary>
    public async Task<PaymentReport?> OfPaymentAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } intent)
        {
            return null;
        }

        var reference = OrderOf(intent.Metadata);
        if (reference is null && await InvoiceOfAsync(id, cancellationToken) is { } invoice)
        {
            return await OfInvoiceAsync(invoice, cancellationToken);
        }

        var back = await BackAsync(intent, cancellationToken);
        return new PaymentReport(intent.Id, reference, intent.Currency, intent.Amount, intent.AmountReceived)
        {
            Refunded = back.Refunded,
            Disputed = back.Disputed,
            Dispute = back.Status,
            IsOver = intent.Status == "canceled",
            // https://docs.stripe.com/payments/paymentintents/lifecycle
            NeedsPayer = intent.Status is "requires_payment_method" or "requires_action" or "requires_confirmation",
        };
    }

    public async Task<PaymentReport?> OfInvoiceAsync(string id, CancellationToken cancellationToken)
    {
        var options = new InvoiceGetOptions();
        options.AddExpand("payments");
        var invoice = await StripeGateway.FindAsync(
            () => stripe.Invoices.GetAsync(id, options, cancellationToken: cancellationToken), cancellationToken);
        if (invoice is null)
        {
            return null;
        }

        var back = new Back(0, 0, DisputeStatus.None);
        foreach (var payment in invoice.Payments?.Data ?? [])
        {
            if (payment.Status == "paid" && payment.Payment?.PaymentIntentId is { } intentId
                && await FindAsync(intentId, cancellationToken) is { } intent)
            {
                back = back.Plus(await BackAsync(intent, cancellationToken));
            }
        }

        var subscription = invoice.Parent?.SubscriptionDetails;
        return new PaymentReport(invoice.Id, OrderOf(subscription?.Metadata), invoice.Currency, invoice.Total, invoice.AmountPaid)
        {
            Refunded = back.Refunded,
            Disputed = back.Disputed,
            Dispute = back.Status,
            Subscription = subscription?.SubscriptionId,
            // The invoice's own period is the one before: https://docs.stripe.com/api/invoices/object#invoice_object-period_end
            PeriodEnd = invoice.Lines?.Data is { Count: > 0 } lines
                ? new DateTimeOffset(lines.Max(line => line.Period.End), TimeSpan.Zero)
                : null,
        };
    }

    public async Task<SubscriptionReport?> OfSubscriptionAsync(string id, CancellationToken cancellationToken)
    {
        var subscription = await StripeGateway.FindAsync(
            () => stripe.Subscriptions.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);
        if (subscription is null)
        {
            return null;
        }

        var paid = await StripeGateway.CallAsync(
            () => stripe.Invoices.ListAsync(
                new InvoiceListOptions { Subscription = id, Status = "paid", Limit = InvoicesMax }, cancellationToken: cancellationToken),
            cancellationToken);
        return new SubscriptionReport(
            subscription.Id, OrderOf(subscription.Metadata),
            subscription.Status is "active" or "trialing" && !subscription.CancelAtPeriodEnd && subscription.CancelAt is null,
            subscription.Status is "canceled" or "incomplete_expired", [.. paid.Data.Select(invoice => invoice.Id)]);
    }

    private Task<PaymentIntent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var options = new PaymentIntentGetOptions();
        options.AddExpand("latest_charge");
        return StripeGateway.FindAsync(
            () => stripe.PaymentIntents.GetAsync(id, options, cancellationToken: cancellationToken), cancellationToken);
    }

    private async Task<string?> InvoiceOfAsync(string intent, CancellationToken cancellationToken)
    {
        var options = new InvoicePaymentListOptions
        {
            Payment = new InvoicePaymentPaymentOptions { Type = "payment_intent", PaymentIntent = intent },
            Limit = 1,
        };
        var payments = await StripeGateway.CallAsync(
            () => stripe.InvoicePayments.ListAsync(options, cancellationToken: cancellationToken), cancellationToken);
        return payments.Data.FirstOrDefault()?.InvoiceId;
    }

    private async Task<Back> BackAsync(PaymentIntent intent, CancellationToken cancellationToken)
    {
        if (intent.LatestCharge is not { } charge)
        {
            return new Back(0, 0, DisputeStatus.None);
        }

        var back = new Back(charge.AmountRefunded, 0, DisputeStatus.None);
        if (!charge.Disputed)
        {
            return back;
        }

        var disputes = await StripeGateway.CallAsync(
            () => stripe.Disputes.ListAsync(
                new DisputeListOptions { PaymentIntent = intent.Id, Limit = DisputesMax }, cancellationToken: cancellationToken),
            cancellationToken);
        return disputes.Data.Aggregate(back, (sum, dispute) => sum.Plus(DisputeOf(dispute)));
    }

    private static Back DisputeOf(Dispute dispute) => StatusOf(dispute.Status) is var status and not DisputeStatus.None
        ? new Back(0, dispute.Amount, status)
        : new Back(0, 0, DisputeStatus.None);

    /// <summary>An inquiry (<c>warning_…</c>) takes no money: https://docs.stripe.com/disputes/how-disputes-work#inquiries.</summary>
    private static DisputeStatus StatusOf(string status) => status switch
    {
        "needs_response" or "under_review" => DisputeStatus.Open,
        "won" => DisputeStatus.Won,
        "lost" => DisputeStatus.Lost,
        _ => DisputeStatus.None,
    };

    /// <summary>What went back to the payer. Of several disputes a lost one counts before an open one, and that before a won one.</summary>
    private readonly record struct Back(long Refunded, long Disputed, DisputeStatus Status)
    {
        private static readonly DisputeStatus[] ByWeight =
            [DisputeStatus.None, DisputeStatus.Won, DisputeStatus.Open, DisputeStatus.Lost];

        public Back Plus(Back other)
        {
            var status = Array.IndexOf(ByWeight, Status) > Array.IndexOf(ByWeight, other.Status) ? Status : other.Status;
            return new Back(Refunded + other.Refunded, Counted(this, status) + Counted(other, status), status);
        }

        /// <summary>Beside one that is open or lost, a won one is nothing.</summary>
        private static long Counted(Back back, DisputeStatus status) =>
            back.Status == DisputeStatus.Won && status != DisputeStatus.Won ? 0 : back.Disputed;
    }
}
