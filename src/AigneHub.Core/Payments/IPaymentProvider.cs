using AigneHub.Core.Ledger;

namespace AigneHub.Core.Payments;

/// <summary>The provider did not answer, or not with what was asked for: the operation may be repeated.</summary>
public class PaymentProviderUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Repeating it won't help before an operator has changed something: the provider has refused the call, or the hub's key.
    /// </summary>
    public bool NeedsOperator { get; init; }
}

/// <summary>The provider has refused it, and will again unless something is changed.</summary>
/// <param name="isCustomerMissing">It knows the payer no more.</param>
public sealed class PaymentProviderRefusedException(string message, bool isCustomerMissing, Exception? inner = null)
    : PaymentProviderUnavailableException(message, inner)
{
    public bool IsCustomerMissing { get; } = isCustomerMissing;
}

/// <summary>Whose payment it is, as the provider was told at checkout.</summary>
public readonly record struct OrderReference(string Account, string Order);

/// <summary>A page where an order is paid.</summary>
/// <param name="Url">Null when it is over.</param>
public sealed record CheckoutPage(string Id, Uri? Url);

/// <summary>How a checkout stands.</summary>
/// <param name="Payment">What it was paid by; null of subscriptions, and before it is paid.</param>
/// <param name="IsOver">It was not paid and can't be any more.</param>
public sealed record CheckoutReport(OrderReference? For, string? Payment, string? Subscription, bool IsOver)
{
    /// <summary>Where it can be paid; null: no more.</summary>
    public Uri? Url { get; init; }
}

/// <summary>What a payment has come to. Amounts are cumulative, in minor units.</summary>
/// <param name="Id">Of a subscription's payment its invoice's id.</param>
/// <param name="Amount">What was asked for.</param>
public sealed record PaymentReport(string Id, OrderReference? For, string Currency, long Amount, long Captured)
{
    public long Refunded { get; init; }
    public long Disputed { get; init; }
    public DisputeStatus Dispute { get; init; }
    public string? Subscription { get; init; }

    /// <summary>Of a subscription: the end of what was paid for.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>It was not paid and can't be any more.</summary>
    public bool IsOver { get; init; }

    /// <summary>It is not paid unless the payer does something: pays in another way, or confirms.</summary>
    public bool NeedsPayer { get; init; }
}

/// <summary>How a subscription stands.</summary>
/// <param name="IsRenewing">It is paid so far and will be charged again.</param>
/// <param name="IsEnded">For good.</param>
/// <param name="Payments">Its latest paid invoices.</param>
public sealed record SubscriptionReport(
    string Id, OrderReference? For, bool IsRenewing, bool IsEnded, IReadOnlyList<string> Payments);

/// <summary>What became of a charge without the payer.</summary>
/// <param name="Payment">Null when none was made.</param>
/// <param name="Failed">Why it is not paid and won't be, for people; null when it is paid or may still be.</param>
public sealed record ChargeReport(string? Payment, string? Failed);

/// <summary>
/// Who collects the money. Whatever is made there carries an idempotency key, so that it may be asked for again. Every method throws
/// <see cref="PaymentProviderUnavailableException"/> when there is no answer to go by.
/// </summary>
public interface IPaymentProvider
{
    /// <summary>Of its orders.</summary>
    string Name { get; }

    /// <param name="lost">The payer before, whom the provider knows no more.</param>
    Task<string> CreateCustomerAsync(string account, string? email, string? lost, CancellationToken cancellationToken);

    Task<CheckoutPage> OpenCheckoutAsync(Order order, string customer, CancellationToken cancellationToken);

    /// <summary>A page where the payer sees invoices, changes payment methods and cancels.</summary>
    Task<Uri> OpenPortalAsync(string customer, string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Whether there is something that can be charged without the payer.</summary>
    Task<bool> HasPaymentMethodAsync(string customer, CancellationToken cancellationToken);

    /// <summary>Pays an order with the saved payment method; asked for again, it pays no second time.</summary>
    Task<ChargeReport> ChargeAsync(Order order, string customer, CancellationToken cancellationToken);

    /// <summary>The payment that <see cref="ChargeAsync"/> has made for an order; null: it has made none.</summary>
    Task<string?> FindChargeAsync(Order order, string customer, CancellationToken cancellationToken);

    /// <summary>Null: there is none.</summary>
    Task<CheckoutReport?> FindCheckoutAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ends a page that is not paid. How it stands then: it may have been paid meanwhile; null: there is none.</summary>
    Task<CheckoutReport?> CloseCheckoutAsync(string id, CancellationToken cancellationToken);

    /// <summary>Null: there is none.</summary>
    Task<PaymentReport?> FindPaymentAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ends a payment that is not paid. How it stands then: it may have been paid meanwhile; null: there is none.</summary>
    Task<PaymentReport?> CancelPaymentAsync(string id, CancellationToken cancellationToken);

    /// <summary>Null: there is none.</summary>
    Task<SubscriptionReport?> FindSubscriptionAsync(string id, CancellationToken cancellationToken);
}
