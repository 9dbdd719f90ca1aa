using System.Text.Json.Nodes;

namespace AigneHub.Testing;

/// <summary>What payers, banks and the month do.</summary>
internal sealed partial class FakeStripe
{
    /// <summary>The payer pays what the page asks for.</summary>
    /// <returns>The payment intent or the subscription.</returns>
    public string Pay(string sessionId)
    {
        lock (_lock)
        {
            var session = One(sessionId);
            var id = Text(session, "mode") == "payment" ? PayOnce(session) : Subscribe(session);
            session["status"] = "complete";
            session["payment_status"] = "paid";
            session["url"] = null;
            Tell("checkout.session.completed", session);
            return id;
        }
    }

    /// <summary>A payment that nobody ordered through the hub, or that says it is for that order.</summary>
    public string PayOtherwise(long amount, string currency, string? account = null, string? order = null)
    {
        lock (_lock)
        {
            var metadata = new JsonObject();
            if (order is not null)
            {
                metadata["aignehub_account"] = account;
                metadata["aignehub_order"] = order;
            }

            return NewIntent(amount, currency, "cus_other", metadata);
        }
    }

    /// <summary>Somebody deletes the payer in the dashboard.</summary>
    public void Forget(string customer)
    {
        lock (_lock)
        {
            _objects.Remove(customer);
        }
    }

    public void Expire(string sessionId)
    {
        lock (_lock)
        {
            One(sessionId)["status"] = "expired";
            One(sessionId)["url"] = null;
            Tell("checkout.session.expired", One(sessionId));
        }
    }

    /// <param name="amount">Of this refund.</param>
    public void Refund(string intentId, long amount)
    {
        lock (_lock)
        {
            var charge = ChargeOf(intentId);
            charge["amount_refunded"] = Number(charge, "amount_refunded") + amount;
            var refund = Add("re", "refund", new JsonObject
            {
                ["amount"] = amount,
                ["charge"] = Text(charge, "id"),
                ["payment_intent"] = intentId,
                ["status"] = "succeeded",
            });
            Tell("refund.created", refund);
            Tell("charge.refunded", charge);
        }
    }

    /// <summary>The bank sends it back.</summary>
    public void FailRefund(string intentId, long amount)
    {
        lock (_lock)
        {
            var charge = ChargeOf(intentId);
            charge["amount_refunded"] = Number(charge, "amount_refunded") - amount;
            Tell("charge.refund.updated", charge);
        }
    }

    public void Dispute(string intentId, long amount, string status = "needs_response")
    {
        lock (_lock)
        {
            var charge = ChargeOf(intentId);
            charge["disputed"] = true;
            Tell("charge.dispute.created", Add("du", "dispute", new JsonObject
            {
                ["amount"] = amount,
                ["charge"] = Text(charge, "id"),
                ["payment_intent"] = intentId,
                ["status"] = status,
            }));
        }
    }

    public void CloseDispute(string intentId, string status)
    {
        lock (_lock)
        {
            var dispute = _objects.Values.First(o => Text(o, "object") == "dispute" && Text(o, "payment_intent") == intentId);
            dispute["status"] = status;
            Tell("charge.dispute.closed", dispute);
        }
    }

    /// <summary>A month is over, and the next one is paid.</summary>
    /// <returns>The invoice.</returns>
    public string Renew(string subscriptionId)
    {
        lock (_lock)
        {
            return NewInvoice(One(subscriptionId), "subscription_cycle");
        }
    }

    /// <summary>A payment that was under way comes to nothing.</summary>
    public void FailProcessing(string intentId, string status = "requires_payment_method")
    {
        lock (_lock)
        {
            One(intentId)["status"] = status;
            Tell("payment_intent.payment_failed", One(intentId));
        }
    }

    /// <param name="status"><c>active</c> to cancel at the period's end, <c>past_due</c>, <c>canceled</c>.</param>
    public void Change(string subscriptionId, string status, bool cancelAtPeriodEnd = false)
    {
        lock (_lock)
        {
            var subscription = One(subscriptionId);
            subscription["status"] = status;
            subscription["cancel_at_period_end"] = cancelAtPeriodEnd;
            Tell(status == "canceled" ? "customer.subscription.deleted" : "customer.subscription.updated", subscription);
        }
    }

    /// <summary>The payment intent of an invoice.</summary>
    public string IntentOf(string invoiceId) =>
        All("invoice_payment").First(p => Text(p, "invoice") == invoiceId)["payment"]!["payment_intent"]!.GetValue<string>();

    private string PayOnce(JsonObject session)
    {
        var metadata = session["fake_metadata"]!.DeepClone().AsObject();
        var id = NewIntent(Number(session, "amount_total"), Text(session, "currency")!, Text(session, "customer")!, metadata);
        session["payment_intent"] = id;
        if (session["fake_saves"]!.GetValue<bool>())
        {
            AddCard(Text(session, "customer")!);
        }

        return id;
    }

    private string NewIntent(long amount, string currency, string customer, JsonObject metadata)
    {
        var intent = Add("pi", "payment_intent", new JsonObject
        {
            ["amount"] = amount,
            ["amount_received"] = 0,
            ["currency"] = currency,
            ["customer"] = customer,
            ["metadata"] = metadata,
            ["latest_charge"] = null,
            ["status"] = "requires_payment_method",
        });
        Capture(intent);
        return Text(intent, "id")!;
    }

    private void Capture(JsonObject intent)
    {
        var charge = Add("ch", "charge", new JsonObject
        {
            ["amount"] = Number(intent, "amount"),
            ["amount_captured"] = Number(intent, "amount"),
            ["amount_refunded"] = 0L,
            ["currency"] = Text(intent, "currency"),
            ["payment_intent"] = Text(intent, "id"),
            ["disputed"] = false,
            ["status"] = "succeeded",
        });
        intent["latest_charge"] = Text(charge, "id");
        intent["amount_received"] = Number(intent, "amount");
        intent["status"] = "succeeded";
        Tell("payment_intent.succeeded", intent);
    }

    private string Subscribe(JsonObject session)
    {
        var subscription = Add("sub", "subscription", new JsonObject
        {
            ["customer"] = Text(session, "customer"),
            ["metadata"] = session["fake_metadata"]!.DeepClone(),
            ["status"] = "active",
            ["cancel_at_period_end"] = false,
            ["cancel_at"] = null,
            ["fake_amount"] = Number(session, "amount_total"),
            ["currency"] = Text(session, "currency"),
            ["fake_end"] = Seconds(time.GetUtcNow()),
        });
        session["subscription"] = Text(subscription, "id");
        AddCard(Text(session, "customer")!);
        Tell("customer.subscription.created", subscription);
        NewInvoice(subscription, "subscription_create");
        return Text(subscription, "id")!;
    }

    private string NewInvoice(JsonObject subscription, string reason)
    {
        var start = DateTimeOffset.FromUnixTimeSeconds(Number(subscription, "fake_end"));
        var end = Seconds(start.AddMonths(1));
        subscription["fake_end"] = end;
        var amount = Number(subscription, "fake_amount");
        // A subscription's payments carry none of the hub's metadata.
        var intent = NewIntent(amount, Text(subscription, "currency")!, Text(subscription, "customer")!, []);
        var invoice = Add("in", "invoice", new JsonObject
        {
            ["amount_due"] = amount,
            ["amount_paid"] = amount,
            ["total"] = amount,
            ["currency"] = Text(subscription, "currency"),
            ["billing_reason"] = reason,
            ["status"] = "paid",
            ["period_start"] = Seconds(start),
            ["period_end"] = Seconds(start),
            ["metadata"] = new JsonObject(),
            ["parent"] = new JsonObject
            {
                ["type"] = "subscription_details",
                ["subscription_details"] = new JsonObject
                {
                    ["subscription"] = Text(subscription, "id"),
                    ["metadata"] = subscription["metadata"]!.DeepClone(),
                },
            },
        });
        invoice["lines"] = List(
        [
            new JsonObject
            {
                ["id"] = "il_1", ["object"] = "line_item", ["amount"] = amount,
                ["period"] = new JsonObject { ["start"] = Seconds(start), ["end"] = end },
            },
        ]);
        Add("inpay", "invoice_payment", new JsonObject
        {
            ["amount_paid"] = amount,
            ["amount_requested"] = amount,
            ["currency"] = Text(subscription, "currency"),
            ["invoice"] = Text(invoice, "id"),
            ["is_default"] = true,
            ["status"] = "paid",
            ["payment"] = new JsonObject { ["type"] = "payment_intent", ["payment_intent"] = intent },
        });
        Tell("invoice.paid", invoice);
        return Text(invoice, "id")!;
    }

    private void AddCard(string customer) => Add("pm", "payment_method", new JsonObject { ["type"] = "card", ["customer"] = customer });

    private JsonObject ChargeOf(string intentId) => One(Text(One(intentId), "latest_charge")!);
}
