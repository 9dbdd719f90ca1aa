using System.Text;
using System.Text.Json;
using AigneHub.Core.Payments;
using Stripe;

namespace AigneHub.Billing;

/// <summary>
/// Reads Stripe's webhooks (https://docs.stripe.com/webhooks#verify-events): the signature over the bytes as they came, at most five
/// minutes old, compared in constant time. Of the content, only which object it is about.
/// </summary>
internal sealed class StripeWebhooks : IPaymentWebhooks
{
    private const long ToleranceSeconds = 300;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string _secret;
    private readonly TimeProvider _time;

    public StripeWebhooks(PaymentOptions options, TimeProvider time)
    {
        // With an empty secret everybody could sign.
        ArgumentException.ThrowIfNullOrWhiteSpace(options.StripeWebhookSecret);
        (_secret, _time) = (options.StripeWebhookSecret, time);
    }

    public string SignatureHeader => "Stripe-Signature";

    public WebhookReading Read(ReadOnlySpan<byte> body, string signature)
    {
        try
        {
            var json = Utf8.GetString(body);
            EventUtility.ValidateSignature(json, signature, _secret, ToleranceSeconds, _time.GetUtcNow().ToUnixTimeSeconds());
            using var document = JsonDocument.Parse(json);
            return new WebhookReading(null, HintOf(document.RootElement));
        }
        catch (StripeException)
        {
            return new WebhookReading("The signature is missing, wrong or too old.");
        }
        catch (Exception e) when (e is DecoderFallbackException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new WebhookReading("This is no event of Stripe's.");
        }
    }

    /// <summary>Types of events: https://docs.stripe.com/api/events/types.</summary>
    private static PaymentHint? HintOf(JsonElement root)
    {
        var type = root.GetProperty("type").GetString()!;
        var about = root.GetProperty("data").GetProperty("object");
        return type switch
        {
            _ when type.StartsWith("checkout.session.", StringComparison.Ordinal) => Hint(PaymentSubject.Checkout, about, "id"),
            _ when type.StartsWith("customer.subscription.", StringComparison.Ordinal) => Hint(PaymentSubject.Subscription, about, "id"),
            _ when type.StartsWith("payment_intent.", StringComparison.Ordinal) => Hint(PaymentSubject.Payment, about, "id"),
            _ when type.StartsWith("charge.", StringComparison.Ordinal) || type.StartsWith("refund.", StringComparison.Ordinal) =>
                Hint(PaymentSubject.Payment, about, "payment_intent"),
            "invoice.paid" or "invoice.payment_succeeded" or "invoice.payment_failed" => Hint(PaymentSubject.Payment, about, "id"),
            "invoice_payment.paid" => Hint(PaymentSubject.Payment, about, "invoice"),
            _ => null,
        };
    }

    private static PaymentHint? Hint(PaymentSubject subject, JsonElement about, string name) =>
        about.TryGetProperty(name, out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= 255 } text
            ? new PaymentHint(subject, text)
            : null;
}
