namespace AigneHub.Core.Payments;

/// <summary>What a hint points at.</summary>
public enum PaymentSubject
{
    /// <summary>The page where an order is paid.</summary>
    Checkout,

    /// <summary>A payment or a paid invoice.</summary>
    Payment,

    Subscription,
}

/// <summary>Something may have changed at the provider. Never an amount: what is so is fetched.</summary>
/// <param name="Id">The provider's.</param>
public readonly record struct PaymentHint(PaymentSubject Subject, string Id);

/// <summary>How a webhook was read.</summary>
/// <param name="Refused">Why it is not the provider's; null when it is.</param>
/// <param name="Hint">Null: nothing that concerns payments.</param>
public readonly record struct WebhookReading(string? Refused, PaymentHint? Hint = null);

/// <summary>Reads a provider's webhooks.</summary>
public interface IPaymentWebhooks
{
    /// <summary>The header that holds the signature.</summary>
    string SignatureHeader { get; }

    WebhookReading Read(ReadOnlySpan<byte> body, string signature);
}
