using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;

namespace AigneHub.Billing;

/// <summary>Who collects the money.</summary>
public enum PaymentProviderKind
{
    /// <summary>Nobody: no payments.</summary>
    None,

    Stripe,

    /// <summary>Administrators enter invoices that were paid outside.</summary>
    Manual,
}

/// <summary>Payments of a hub in mode Provider. Setting names: <c>AigneHub__Payments__&lt;property&gt;</c>.</summary>
public sealed class PaymentOptions
{
    private const int StarterDaysMax = 3_650;

    public PaymentProviderKind Provider { get; set; } = PaymentProviderKind.None;

    /// <summary>Stripe's secret or restricted key (<c>sk_…</c>, <c>rk_…</c>).</summary>
    public string StripeSecretKey { get; set; } = "";

    /// <summary>The signing secret of the webhook endpoint (<c>whsec_…</c>). Without it the hub does not start.</summary>
    public string StripeWebhookSecret { get; set; } = "";

    /// <summary>Stripe's API; https, or http on this machine.</summary>
    public string StripeApiBase { get; set; } = "https://api.stripe.com";

    /// <summary>Where buyers come back to when they have paid, and from the portal; https, or http on this machine.</summary>
    public string SuccessUrl { get; set; } = "";

    /// <summary>Where buyers come back to when they have not paid; https, or http on this machine.</summary>
    public string CancelUrl { get; set; } = "";

    /// <summary>Credits that a new account is given, in whole units with up to nine decimals; 0: none.</summary>
    public string StarterCredits { get; set; } = "0";

    /// <summary>Days from an account's creation until its starter credits expire; 0: never.</summary>
    public int StarterDays { get; set; }

    /// <exception cref="InvalidOperationException"><see cref="WhatIsWrong"/> names a reason.</exception>
    public StarterTerms ToStarterTerms() => Nano.TryParse(StarterCredits, out var amount)
        ? new StarterTerms(amount, StarterDays)
        : throw new InvalidOperationException("The amount of starter credits can't be read.");

    /// <summary>
    /// Null, or the setting of Stripe's that refers to a secret of Azure Key Vault which the platform could not read: the app sees
    /// the reference itself, a text that anybody could know. There must be no payments by Stripe with it.
    /// </summary>
    public string? Unresolved() =>
        Provider != PaymentProviderKind.Stripe ? null
        : AdministratorKey.IsUnresolved(StripeSecretKey) ? "AigneHub__Payments__StripeSecretKey"
        : AdministratorKey.IsUnresolved(StripeWebhookSecret) ? "AigneHub__Payments__StripeWebhookSecret"
        : null;

    /// <summary>Null, or one sentence that names the first setting that is missing or wrong.</summary>
    public string? WhatIsWrong()
    {
        if (!Nano.TryParse(StarterCredits, out var amount) || amount > Core.Ledger.SyncCommand.AmountMax)
        {
            return "AigneHub__Payments__StarterCredits must be 0 to 1000000, with up to nine decimals.";
        }

        if (StarterDays is < 0 or > StarterDaysMax)
        {
            return $"AigneHub__Payments__StarterDays must be from 0 to {StarterDaysMax}.";
        }

        return Provider == PaymentProviderKind.Stripe ? WhatIsWrongWithStripe() : null;
    }

    private string? WhatIsWrongWithStripe()
    {
        if (string.IsNullOrWhiteSpace(StripeSecretKey))
        {
            return "AigneHub__Payments__StripeSecretKey is missing: payments by Stripe need Stripe's secret key.";
        }

        if (string.IsNullOrWhiteSpace(StripeWebhookSecret))
        {
            return "AigneHub__Payments__StripeWebhookSecret is missing: without it anybody could report payments. Create a webhook "
                + "endpoint for /api/payments/stripe/webhook at Stripe and set its signing secret.";
        }

        foreach (var (name, url) in new[] { ("StripeApiBase", StripeApiBase), ("SuccessUrl", SuccessUrl), ("CancelUrl", CancelUrl) })
        {
            if (!IsAllowed(url))
            {
                return $"AigneHub__Payments__{name} must be an absolute https address (http on this machine alone).";
            }
        }

        return null;
    }

    private static bool IsAllowed(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
