using AigneHub.Core.Payments;

namespace AigneHub.Billing;

/// <summary>Stripe behind the domain's ports. Nothing is connected before its first use.</summary>
public sealed class StripeBilling : IDisposable
{
    private readonly StripeGateway _gateway;

    /// <exception cref="ArgumentException">There is no webhook secret.</exception>
    public StripeBilling(PaymentOptions options, TimeProvider time)
        : this(options, time, new StripeGateway(options, StripeGateway.NewHandler()))
    {
    }

    /// <param name="gateway">Owned from now on.</param>
    internal StripeBilling(PaymentOptions options, TimeProvider time, StripeGateway gateway)
    {
        Webhooks = new StripeWebhooks(options, time);
        _gateway = gateway;
        Payments = new StripePayments(options, _gateway);
    }

    public IPaymentProvider Payments { get; }

    public IPaymentWebhooks Webhooks { get; }

    public void Dispose() => _gateway.Dispose();
}
