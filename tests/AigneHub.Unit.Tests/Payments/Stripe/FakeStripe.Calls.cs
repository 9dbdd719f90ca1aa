using System.Globalization;
using System.Text.Json.Nodes;

namespace AigneHub.Testing;

/// <summary>What the hub asks for.</summary>
internal sealed partial class FakeStripe
{
    private (int Status, string Json) Do(StripeCall call) => call.Path switch
    {
        "/v1/customers" => (200, Add("cus", "customer", new JsonObject
        {
            ["email"] = call.Values.GetValueOrDefault("email"),
            ["metadata"] = MetadataOf(call, "metadata"),
            ["invoice_settings"] = new JsonObject { ["default_payment_method"] = null },
        }).ToJsonString()),
        "/v1/checkout/sessions" or "/v1/billing_portal/sessions" when !_objects.ContainsKey(call.Values["customer"]) =>
            (400, Error("invalid_request_error", "resource_missing", "No such customer.", new JsonObject { ["param"] = "customer" })),
        "/v1/checkout/sessions" => (200, NewSession(call).ToJsonString()),
        "/v1/billing_portal/sessions" => (200, Add("bps", "billing_portal.session", new JsonObject
        {
            ["customer"] = call.Values["customer"],
            ["return_url"] = call.Values["return_url"],
            ["url"] = "https://billing.stripe.com/p/session/" + call.Values["customer"],
        }).ToJsonString()),
        "/v1/payment_intents" => Charge(call),
        _ => End(call),
    };

    /// <summary>What is over can't be ended: https://docs.stripe.com/api/payment_intents/cancel.</summary>
    private (int Status, string Json) End(StripeCall call)
    {
        var found = One(call.Path.Split('/')[^2]);
        var isSession = Text(found, "object") == "checkout.session";
        if (isSession ? Text(found, "status") != "open" : Text(found, "status") is "succeeded" or "processing" or "canceled")
        {
            return (400, Error("invalid_request_error", isSession ? null : "payment_intent_unexpected_state", "It is over."));
        }

        found["status"] = isSession ? "expired" : "canceled";
        found["url"] = null;
        Tell(isSession ? "checkout.session.expired" : "payment_intent.canceled", found);
        return (200, found.ToJsonString());
    }

    private (int Status, string Json) Get(StripeCall call)
    {
        var parts = call.Path.Split('/')[2..];
        switch (parts)
        {
            case ["customers", var customer, "payment_methods"]:
                return (200, List(All("payment_method").Where(m => Text(m, "customer") == customer)).ToJsonString());
            case ["payment_intents"]:
                return (200, List(All("payment_intent").Where(
                    i => Text(i, "customer") == call.Values["customer"]
                        && Number(i, "created") >= long.Parse(call.Values["created[gte]"], CultureInfo.InvariantCulture))).ToJsonString());
            case ["disputes"]:
                return (200, List(
                    All("dispute").Where(d => Text(d, "payment_intent") == call.Values["payment_intent"])).ToJsonString());
            case ["invoice_payments"]:
                return (200, List(All("invoice_payment").Where(
                    p => Text(p["payment"]!.AsObject(), "payment_intent") == call.Values["payment[payment_intent]"])).ToJsonString());
            case ["invoices"]:
                return (200, List(All("invoice")
                    .Where(i => Text(i, "status") == call.Values["status"] && SubscriptionOf(i) == call.Values["subscription"])
                    .Reverse().Take(int.Parse(call.Values["limit"], CultureInfo.InvariantCulture))).ToJsonString());
        }

        var id = parts[^1];
        if (!_objects.TryGetValue(id, out var found))
        {
            return (404, Error("invalid_request_error", "resource_missing", "No such object."));
        }

        found = found.DeepClone().AsObject();
        if (call.Values.GetValueOrDefault("expand[0]") == "latest_charge" && Text(found, "latest_charge") is { } charge)
        {
            found["latest_charge"] = One(charge).DeepClone();
        }

        if (call.Values.GetValueOrDefault("expand[0]") == "payments")
        {
            found["payments"] = List(All("invoice_payment").Where(p => Text(p, "invoice") == id));
        }

        return (200, found.ToJsonString());
    }

    private JsonObject NewSession(StripeCall call)
    {
        const string Price = "line_items[0][price_data]";
        var mode = call.Values["mode"];
        var session = Add("cs_test", "checkout.session", new JsonObject
        {
            ["mode"] = mode,
            ["customer"] = call.Values["customer"],
            ["client_reference_id"] = call.Values["client_reference_id"],
            ["metadata"] = MetadataOf(call, "metadata"),
            ["amount_total"] = long.Parse(call.Values[Price + "[unit_amount]"], CultureInfo.InvariantCulture),
            ["currency"] = call.Values[Price + "[currency]"],
            ["status"] = "open",
            ["payment_status"] = "unpaid",
            ["payment_intent"] = null,
            ["subscription"] = null,
            ["expires_at"] = Seconds(time.GetUtcNow().AddDays(1)),
            // Not Stripe's; what is made of it when it is paid.
            ["fake_metadata"] = MetadataOf(call, mode == "payment" ? "payment_intent_data[metadata]" : "subscription_data[metadata]"),
            ["fake_saves"] = call.Values.ContainsKey("payment_intent_data[setup_future_usage]"),
        });
        session["url"] = "https://checkout.stripe.com/c/pay/" + Text(session, "id");
        return session;
    }

    private (int Status, string Json) Charge(StripeCall call)
    {
        if (RefusesCharges)
        {
            return (400, Error("invalid_request_error", "amount_too_small", "Amount must be more."));
        }

        var intent = Add("pi", "payment_intent", new JsonObject
        {
            ["amount"] = long.Parse(call.Values["amount"], CultureInfo.InvariantCulture),
            ["amount_received"] = 0,
            ["currency"] = call.Values["currency"],
            ["customer"] = call.Values["customer"],
            ["metadata"] = MetadataOf(call, "metadata"),
            ["status"] = "requires_payment_method",
            ["latest_charge"] = null,
        });
        if (Declines)
        {
            Tell("payment_intent.payment_failed", intent);
            return (402, Error("card_error", "card_declined", "Your card has insufficient funds.", new JsonObject
            {
                ["decline_code"] = "insufficient_funds",
                ["payment_intent"] = intent.DeepClone(),
            }));
        }

        if (Processes)
        {
            intent["status"] = "processing";
            return (200, intent.ToJsonString());
        }

        Capture(intent);
        return (200, intent.ToJsonString());
    }

    private static JsonObject MetadataOf(StripeCall call, string under)
    {
        var metadata = new JsonObject();
        foreach (var name in (string[])["aignehub_account", "aignehub_order"])
        {
            if (call.Values.TryGetValue($"{under}[{name}]", out var value))
            {
                metadata[name] = value;
            }
        }

        return metadata;
    }

    private static string? SubscriptionOf(JsonObject invoice) =>
        invoice["parent"]?["subscription_details"]?["subscription"]?.GetValue<string>();
}
