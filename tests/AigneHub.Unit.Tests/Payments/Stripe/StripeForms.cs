using System.Text.RegularExpressions;

namespace AigneHub.Testing;

/// <summary>
/// The calls that <see cref="FakeStripe"/> knows, with the parameters that Stripe documents for them and the hub sends. What is not here
/// is refused, as Stripe refuses unknown parameters (https://docs.stripe.com/api/errors).
/// </summary>
internal static class StripeForms
{
    private const string Metadata = @"metadata\[aignehub_(account|order)\]";

    /// <summary>Method and path → parameters.</summary>
    private static readonly (string Method, string Path, string Values)[] Known =
    [
        ("POST", "/v1/customers", $"email|{Metadata}"),
        ("GET", "/v1/customers/[^/]+", ""),
        ("GET", "/v1/customers/[^/]+/payment_methods", "type|limit"),
        ("POST", "/v1/checkout/sessions",
            @"mode|customer|client_reference_id|success_url|cancel_url|adaptive_pricing\[enabled\]|line_items\[0\]\[quantity\]"
            + @"|line_items\[0\]\[price_data\]\[(currency|unit_amount|product_data\]\[name|recurring\]\[interval)\]"
            + $@"|{Metadata}|(payment_intent_data|subscription_data)\[metadata\]\[aignehub_(account|order)\]"
            + @"|payment_intent_data\[setup_future_usage\]"),
        ("GET", "/v1/checkout/sessions/[^/]+", ""),
        ("POST", "/v1/billing_portal/sessions", "customer|return_url"),
        ("POST", "/v1/payment_intents", $"amount|currency|customer|payment_method|off_session|confirm|description|{Metadata}"),
        ("GET", "/v1/payment_intents", @"customer|created\[gte\]|limit"),
        ("POST", "/v1/payment_intents/[^/]+/cancel", ""),
        ("POST", "/v1/checkout/sessions/[^/]+/expire", ""),
        ("GET", "/v1/payment_intents/[^/]+", @"expand\[0\]"),
        ("GET", "/v1/disputes", "payment_intent|limit"),
        ("GET", "/v1/invoice_payments", @"payment\[(type|payment_intent)\]|limit"),
        ("GET", "/v1/invoices", "subscription|status|limit"),
        ("GET", "/v1/invoices/[^/]+", @"expand\[0\]"),
        ("GET", "/v1/subscriptions/[^/]+", ""),
    ];

    /// <summary>Null when Stripe has this call and all its parameters.</summary>
    public static string? WhatIsWrong(StripeCall call)
    {
        if (call.Values.FirstOrDefault(value => value.Value.Length == 0).Key is { } empty)
        {
            return $"You passed an empty string for '{empty}'.";
        }

        foreach (var (method, path, values) in Known)
        {
            if (call.Method == method && Regex.IsMatch(call.Path, $"^{path}$"))
            {
                var unknown = call.Values.Keys.FirstOrDefault(name => !Regex.IsMatch(name, $"^({values})$"));
                return unknown is null ? null : $"Received unknown parameter: {unknown}";
            }
        }

        return $"Unrecognized request URL ({call.Method}: {call.Path}).";
    }
}
