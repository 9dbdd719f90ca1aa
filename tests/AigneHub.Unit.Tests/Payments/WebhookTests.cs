using System.Text;
using AigneHub.Billing;
using AigneHub.Core.Payments;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Payments;

public sealed class WebhookTests
{
    private const string Payload = """{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1"}}}""";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Read_SignedNow_GivesTheReference() => Assert.Equal(
        new WebhookReading(null, new PaymentHint(PaymentSubject.Payment, "pi_1")), Read(Payload, FakeStripe.Sign(Payload, _time.GetUtcNow())));

    /// <summary>What was forged, of any make.</summary>
    [Fact]
    public void Read_Forged_IsRefused()
    {
        var now = _time.GetUtcNow();
        var good = FakeStripe.Sign(Payload, now);
        string[] forged =
        [
            "", "t=1", "v1=abc", good.Replace("v1=", "v0=", StringComparison.Ordinal), good[..^1] + (good[^1] == '0' ? '1' : '0'),
            FakeStripe.Sign(Payload, now, "whsec_other"), FakeStripe.Sign(Payload, now, ""),
            FakeStripe.Sign(Payload, now.AddSeconds(-301)),
            FakeStripe.Sign(Payload + " ", now),
        ];
        Assert.All(forged, signature => Assert.NotNull(Read(Payload, signature).Refused));
        Assert.Null(Read(Payload, FakeStripe.Sign(Payload, now.AddSeconds(-299))).Refused);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":1,"data":{"object":{}}}""")]
    [InlineData("""{"type":"payment_intent.succeeded","data":1}""")]
    public void Read_SignedButNoEvent_IsRefused(string payload) =>
        Assert.NotNull(Read(payload, FakeStripe.Sign(payload, _time.GetUtcNow())).Refused);

    [Theory]
    [InlineData("checkout.session.completed", """{"id":"cs_1"}""", PaymentSubject.Checkout, "cs_1")]
    [InlineData("checkout.session.async_payment_succeeded", """{"id":"cs_1"}""", PaymentSubject.Checkout, "cs_1")]
    [InlineData("charge.refunded", """{"id":"ch_1","payment_intent":"pi_2"}""", PaymentSubject.Payment, "pi_2")]
    [InlineData("charge.dispute.closed", """{"id":"du_1","payment_intent":"pi_2"}""", PaymentSubject.Payment, "pi_2")]
    [InlineData("refund.updated", """{"id":"re_1","payment_intent":"pi_2"}""", PaymentSubject.Payment, "pi_2")]
    [InlineData("invoice.paid", """{"id":"in_1"}""", PaymentSubject.Payment, "in_1")]
    [InlineData("customer.subscription.deleted", """{"id":"sub_1"}""", PaymentSubject.Subscription, "sub_1")]
    public void Read_EventsOfPayments_PointAtWhatIsFetched(string type, string about, PaymentSubject subject, string id)
    {
        var payload = Event(type, about);
        Assert.Equal(new PaymentHint(subject, id), Read(payload, FakeStripe.Sign(payload, _time.GetUtcNow())).Hint);
    }

    [Theory]
    [InlineData("product.created", """{"id":"prod_1"}""")]
    [InlineData("charge.refunded", """{"id":"ch_1","payment_intent":null}""")]
    public void Read_OtherEvents_PointAtNothing(string type, string about)
    {
        var payload = Event(type, about);
        Assert.Equal(new WebhookReading(null), Read(payload, FakeStripe.Sign(payload, _time.GetUtcNow())));
    }

    [Theory]
    [InlineData("StripeSecretKey")]
    [InlineData("StripeWebhookSecret")]
    [InlineData("SuccessUrl")]
    [InlineData("CancelUrl")]
    [InlineData("StripeApiBase")]
    public void Options_StripeWithoutASetting_NameIt(string setting)
    {
        var options = Good();
        typeof(PaymentOptions).GetProperty(setting)!.SetValue(options, " ");
        Assert.Contains("AigneHub__Payments__" + setting, options.WhatIsWrong(), StringComparison.Ordinal);
        Assert.Null(Good().WhatIsWrong());
    }

    [Fact]
    public void Options_StripesAddress_IsHttpsOrThisMachine()
    {
        Assert.NotNull(Good("http://api.example.org").WhatIsWrong());
        Assert.NotNull(Good("api.stripe.com").WhatIsWrong());
        Assert.Null(Good("http://127.0.0.1:1234").WhatIsWrong());
    }

    [Fact]
    public void Webhooks_WithoutSecret_CantBeMade()
    {
        var options = Good();
        options.StripeWebhookSecret = "";
        Assert.Throws<ArgumentException>(() => new StripeWebhooks(options, _time));
    }

    private static string Event(string type, string about) =>
        $$"""{ "type": "{{type}}", "data": { "object": {{about}} } }""";

    private WebhookReading Read(string payload, string signature) =>
        new StripeWebhooks(Good(), _time).Read(Encoding.UTF8.GetBytes(payload), signature);

    private static PaymentOptions Good(string api = "https://api.stripe.com") => new()
    {
        Provider = PaymentProviderKind.Stripe,
        StripeApiBase = api,
        StripeSecretKey = FakeStripe.SecretKey,
        StripeWebhookSecret = FakeStripe.WebhookSecret,
        SuccessUrl = "https://hub.example.org/paid",
        CancelUrl = "https://hub.example.org/back",
    };
}
