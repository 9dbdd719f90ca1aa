using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>An invoice that was paid outside.</summary>
/// <param name="Invoice">Its number: entered again, it is the same payment.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Credits">Nano.</param>
public sealed record ManualPayment(string Account, string Invoice, string Currency, long Amount, long Credits);

/// <summary>Payments that administrators enter, with their names and reasons in the movements.</summary>
public sealed class ManualPayments(
    IOrderStore orders, OrderWriter writer, IOwnerStore owners, PurseSync ledger, HubIds ids, TimeProvider time)
{
    /// <summary>Of its orders.</summary>
    public const string Provider = "manual";

    /// <summary>Characters of a reason.</summary>
    public const int ReasonMax = 300;

    private const int InvoiceCharactersMax = 64;

    /// <summary>1 to 64 letters, digits and <c>- _ .</c>: it is part of a path.</summary>
    public static bool IsInvoice(string invoice) =>
        invoice.Length is > 0 and <= InvoiceCharactersMax && invoice.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Exactly one of the results is null.</summary>
    public async Task<(Order? Order, HubError? Error)> BookAsync(
        ManualPayment payment, string reason, string by, CancellationToken cancellationToken)
    {
        if (WhatIsWrong(payment) is { } wrong)
        {
            return (null, wrong);
        }

        if (await owners.FindAsync(OwnerKind.Account, payment.Account, cancellationToken) is null)
        {
            return (null, new HubError(404, "account_not_found", Blame.Caller, "There is no account with this id."));
        }

        var order = new Order
        {
            Id = "ord_" + ids.New().ToString("N"),
            Account = payment.Account,
            Kind = OrderKind.Invoice,
            Provider = Provider,
            Claim = ClaimOf(payment.Invoice),
            Product = payment.Invoice,
            Title = "Invoice " + payment.Invoice,
            Quantity = 1,
            Currency = payment.Currency,
            Amount = payment.Amount,
            Credits = payment.Credits,
            CreatedAt = time.GetUtcNow(),
        };
        if (!await orders.AddAsync(order, cancellationToken))
        {
            var known = (await orders.FindByClaimAsync(order.Account, order.Claim, cancellationToken))?.Value;
            if (known is null || (known.Currency, known.Amount, known.Credits) != (order.Currency, order.Amount, order.Credits))
            {
                return (null, new HubError(
                    409, "invoice_differs", Blame.Caller, "This invoice was entered with other content.", "invoiceId"));
            }

            order = known;
        }

        return await SetAsync(order, refunded: 0, reason, by, cancellationToken);
    }

    /// <summary>Takes back the part of the credits. Exactly one of the results is null.</summary>
    /// <param name="refunded">Minor units so far, all refunds of the invoice together: a lower one than before changes nothing.</param>
    public async Task<(Order? Order, HubError? Error)> RefundAsync(
        string account, string invoice, long refunded, string reason, string by, CancellationToken cancellationToken)
    {
        if (!IsInvoice(invoice) || await orders.FindByClaimAsync(account, ClaimOf(invoice), cancellationToken) is not { } found)
        {
            return (null, new HubError(404, "invoice_not_found", Blame.Caller, "No invoice of this id was entered for this account."));
        }

        return refunded <= 0 || refunded > found.Value.Amount
            ? (null, Invalid($"'refunded' must be 1 to {found.Value.Amount}: all its refunds together.", "refunded"))
            : await SetAsync(found.Value, refunded, reason, by, cancellationToken);
    }

    private async Task<(Order? Order, HubError? Error)> SetAsync(
        Order order, long refunded, string reason, string by, CancellationToken cancellationToken)
    {
        var payment = new Payment($"{Provider}:{order.Product}", order.Id, order.Amount, order.Credits, order.Amount, refunded);
        var result = await ledger.SyncAsync(
            PurseId.OfAccount(order.Account), new SyncCommand.SetPayment(payment) { Reason = reason, By = by }, cancellationToken);
        return result.Outcome switch
        {
            SyncOutcome.Busy => (null, new HubError(
                503, "ledger_busy", Blame.Hub, "The account's ledger is busy at the moment. Repeat the request.",
                RetryAfter: TimeSpan.FromSeconds(1))),
            SyncOutcome.Refused => (null, new HubError(
                409, "payment_refused", Blame.Caller, $"The ledger has refused it: {result.Refused}.")),
            _ => (await writer.ChangeAsync(
                order.Account, order.Id, known => known with { Status = OrderStatus.Paid, Payment = payment.Id }, cancellationToken), null),
        };
    }

    private static HubError? WhatIsWrong(ManualPayment payment) =>
        !IsInvoice(payment.Invoice)
            ? Invalid($"'invoiceId' must be 1 to {InvoiceCharactersMax} letters, digits, '-', '_', '.'.", "invoiceId")
        : !ProductRules.IsCurrency(payment.Currency) ? Invalid("'currency' must be a currency such as \"usd\".", "currency")
        : payment.Amount is <= 0 or > ProductRules.PriceMax
            ? Invalid($"'amount' must be 1 to {ProductRules.PriceMax}, in minor units.", "amount")
        : payment.Credits is <= 0 or > SyncCommand.AmountMax ? Invalid("'credits' must be above 0 and at most 1000000.", "credits")
        : null;

    private static string ClaimOf(string invoice) => "invoice|" + invoice;

    private static HubError Invalid(string message, string param) => new(400, "invalid_request", Blame.Caller, message, param);
}
