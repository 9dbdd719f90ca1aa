using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Payments;

/// <summary>Either a pack or a plan.</summary>
/// <param name="Quantity">Of packs; 1 when absent.</param>
/// <param name="SavePaymentMethod">It may be charged again without the payer: automatic top-up needs that.</param>
internal sealed record CheckoutRequest(
    string Currency, string? Pack = null, string? Plan = null, int? Quantity = null, bool? SavePaymentMethod = null);

/// <param name="Url">Where to pay; absent when the order is paid or over.</param>
internal sealed record CheckoutDocument(OrderDocument Order, string? Url);

internal sealed record PortalDocument(string Url);

/// <param name="Amount">Minor units; of a plan, of each month.</param>
/// <param name="Credits">Whole units for the amount.</param>
/// <param name="PaidUntil">Of a plan.</param>
internal sealed record OrderDocument(
    string Id, OrderKind Kind, string Product, string Title, int Quantity, string Currency, long Amount, string Credits, OrderStatus Status,
    string Provider, string? Payment, string? Subscription, bool? IsRenewing, DateTimeOffset? PaidUntil, DateTimeOffset CreatedAt)
{
    public static OrderDocument Of(Order order) => new(
        order.Id, order.Kind, order.Product, order.Title, order.Quantity, order.Currency, order.Amount,
        Nano.ToDecimalString(order.Credits), order.Status, order.Provider, order.Payment, order.Subscription,
        order.Kind == OrderKind.Plan ? order.IsRenewing : null, order.PaidUntil, order.CreatedAt);
}

internal sealed record OrderPage(IReadOnlyList<OrderDocument> Items, string? Continuation);

/// <param name="Below">Whole units of credit below which the pack is bought.</param>
/// <param name="MaxPerMonth">Minor units that a calendar month (UTC) may cost.</param>
internal sealed record TopUpRequest(string Pack, string Currency, string Below, long MaxPerMonth);

/// <param name="BoughtThisMonth">Minor units, with what is under way.</param>
/// <param name="OffBecause">Why it was switched off by itself; set it anew to switch it on.</param>
internal sealed record TopUpDocument(
    string Pack, string Currency, string Below, long MaxPerMonth, bool IsOn, long BoughtThisMonth, int Failures, string? OffBecause)
{
    public static TopUpDocument Of(TopUp topUp, string month) => new(
        topUp.Pack, topUp.Currency, Nano.ToDecimalString(topUp.Below), topUp.MaxPerMonth, topUp.OffBecause is null,
        topUp.Month == month ? topUp.Bought : 0, topUp.Failures, topUp.OffBecause);
}

/// <param name="InvoiceId">Entered again with the same content, it is the same payment.</param>
/// <param name="Amount">Minor units that were paid.</param>
/// <param name="Credits">Whole units for them.</param>
internal sealed record ManualPaymentRequest(string InvoiceId, long Amount, string Currency, string Credits, string Reason);

/// <param name="Refunded">Minor units so far, all refunds of the invoice together.</param>
internal sealed record ManualRefundRequest(long Refunded, string Reason);

internal sealed record CloseIncidentRequest(string Reason);

/// <param name="Subject">The provider's id of what was reported.</param>
internal sealed record PaymentIncidentDocument(
    string Subject, string Code, string Detail, string? Account, string? Order, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    string? ClosedBy, string? Reason)
{
    public static PaymentIncidentDocument Of(PaymentIncident incident) => new(
        incident.Subject, incident.Code, incident.Detail, incident.Account, incident.Order, incident.FirstSeen, incident.LastSeen,
        incident.ClosedBy, incident.Reason);
}

internal sealed record PaymentIncidentPage(IReadOnlyList<PaymentIncidentDocument> Items, string? Continuation);
