using System.Net;
using AigneHub.Core.Payments;
using Stripe;
using Stripe.Checkout;

namespace AigneHub.Billing;

/// <summary>Payments by Stripe: https://docs.stripe.com/api. What belongs to an order carries its name in the metadata.</summary>
internal sealed class StripePayments(PaymentOptions options, StripeGateway gateway) : IPaymentProvider
{
    private const int ChargesMax = 100;

    /// <summary>By so much Stripe's clock may be behind the hub's.</summary>
    private static readonly TimeSpan ChargeSearch = TimeSpan.FromHours(1);

    private readonly V1Services _stripe = gateway.Client.V1;
    private readonly StripeReports _reports = new(gateway.Client.V1);

    public string Name => "stripe";

    public async Task<string> CreateCustomerAsync(string account, string? email, string? lost, CancellationToken cancellationToken)
    {
        var create = new CustomerCreateOptions
        {
            Metadata = new Dictionary<string, string> { [StripeReports.AccountName] = account },
        };
        if (email is not null)
        {
            create.Email = email;
        }

        var once = Once("customer-" + account + (lost is null ? "" : "-" + lost));
        var customer = await StripeGateway.CallAsync(
            () => _stripe.Customers.CreateAsync(create, once, cancellationToken), cancellationToken);
        return customer.Id;
    }

    public async Task<CheckoutPage> OpenCheckoutAsync(Order order, string customer, CancellationToken cancellationToken)
    {
        var price = new SessionLineItemPriceDataOptions
        {
            Currency = order.Currency,
            UnitAmount = order.Amount,
            ProductData = new SessionLineItemPriceDataProductDataOptions { Name = Title(order) },
        };
        var create = new SessionCreateOptions
        {
            Mode = "payment",
            Customer = customer,
            ClientReferenceId = order.Id,
            Metadata = Metadata(order),
            SuccessUrl = options.SuccessUrl,
            CancelUrl = options.CancelUrl,
            // What is paid must be what was ordered.
            AdaptivePricing = new SessionAdaptivePricingOptions { Enabled = false },
            LineItems = [new SessionLineItemOptions { Quantity = 1, PriceData = price }],
        };
        // The library sends what was set to null as an empty text, which Stripe refuses.
        if (order.Kind == OrderKind.Plan)
        {
            create.Mode = "subscription";
            price.Recurring = new SessionLineItemPriceDataRecurringOptions { Interval = "month" };
            create.SubscriptionData = new SessionSubscriptionDataOptions { Metadata = Metadata(order) };
        }
        else
        {
            create.PaymentIntentData = new SessionPaymentIntentDataOptions { Metadata = Metadata(order) };
            if (order.SavesPaymentMethod)
            {
                create.PaymentIntentData.SetupFutureUsage = "off_session";
            }
        }

        var session = await StripeGateway.CallAsync(
            () => _stripe.Checkout.Sessions.CreateAsync(create, Once($"{order.Id}-{customer}"), cancellationToken), cancellationToken);
        return new CheckoutPage(session.Id, session.Url is { } url ? new Uri(url) : null);
    }

    public async Task<Uri> OpenPortalAsync(string customer, string idempotencyKey, CancellationToken cancellationToken)
    {
        var create = new Stripe.BillingPortal.SessionCreateOptions { Customer = customer, ReturnUrl = options.SuccessUrl };
        var session = await StripeGateway.CallAsync(
            () => _stripe.BillingPortal.Sessions.CreateAsync(create, Once($"portal-{idempotencyKey}-{customer}"), cancellationToken),
            cancellationToken);
        return new Uri(session.Url);
    }

    public async Task<bool> HasPaymentMethodAsync(string customer, CancellationToken cancellationToken) =>
        await PaymentMethodAsync(customer, cancellationToken) is not null;

    public async Task<ChargeReport> ChargeAsync(Order order, string customer, CancellationToken cancellationToken)
    {
        if (await PaymentMethodAsync(customer, cancellationToken) is not { } method)
        {
            return new ChargeReport(null, "There is no saved payment method.");
        }

        var create = new PaymentIntentCreateOptions
        {
            Amount = order.Amount,
            Currency = order.Currency,
            Customer = customer,
            PaymentMethod = method,
            OffSession = true,
            Confirm = true,
            Description = Title(order),
            Metadata = Metadata(order),
        };
        try
        {
            var intent = await _stripe.PaymentIntents.CreateAsync(create, Once(order.Id), cancellationToken);
            return new ChargeReport(
                intent.Id, intent.Status is "succeeded" or "processing" ? null : $"The bank asks for more ({intent.Status}).");
        }
        catch (StripeException e) when (e.HttpStatusCode == HttpStatusCode.PaymentRequired)
        {
            // The payer's side; repeated under the same key, it is answered the same.
            return new ChargeReport(
                e.StripeError?.PaymentIntent?.Id,
                $"The payment was refused ({e.StripeError?.DeclineCode ?? e.StripeError?.Code ?? "card_error"}).");
        }
        catch (StripeException e) when (StripeGateway.IsRefusal(e))
        {
            return new ChargeReport(null, $"Stripe has refused it ({e.StripeError?.Code ?? "invalid_request"}).");
        }
        catch (Exception e) when (StripeGateway.IsFailure(e, cancellationToken))
        {
            throw StripeGateway.Failure(e);
        }
    }

    /// <summary>Among the customer's payments of those days: the list is current, unlike Stripe's search.</summary>
    public async Task<string?> FindChargeAsync(Order order, string customer, CancellationToken cancellationToken)
    {
        var list = new PaymentIntentListOptions
        {
            Customer = customer,
            Created = new DateRangeOptions { GreaterThanOrEqual = (order.CreatedAt - ChargeSearch).UtcDateTime },
            Limit = ChargesMax,
        };
        var found = await StripeGateway.CallAsync(
            () => _stripe.PaymentIntents.ListAsync(list, cancellationToken: cancellationToken), cancellationToken);
        return found.Data.FirstOrDefault(intent => StripeReports.OrderOf(intent.Metadata)?.Order == order.Id)?.Id
            ?? (found.HasMore ? throw new PaymentProviderUnavailableException("Stripe has too many payments of this customer.") : null);
    }

    public async Task<CheckoutReport?> FindCheckoutAsync(string id, CancellationToken cancellationToken)
    {
        var session = await StripeGateway.FindAsync(
            () => _stripe.Checkout.Sessions.GetAsync(id, cancellationToken: cancellationToken), cancellationToken);
        return session is null
            ? null
            : new CheckoutReport(
                StripeReports.OrderOf(session.Metadata), session.PaymentIntentId, session.SubscriptionId, session.Status == "expired")
            {
                Url = session is { Status: "open", Url: { } url } ? new Uri(url) : null,
            };
    }

    public async Task<CheckoutReport?> CloseCheckoutAsync(string id, CancellationToken cancellationToken)
    {
        await StripeGateway.TryAsync(
            () => _stripe.Checkout.Sessions.ExpireAsync(id, null, Once("expire-" + id), cancellationToken), cancellationToken);
        return await FindCheckoutAsync(id, cancellationToken);
    }

    public Task<PaymentReport?> FindPaymentAsync(string id, CancellationToken cancellationToken) =>
        id.StartsWith("in_", StringComparison.Ordinal)
            ? _reports.OfInvoiceAsync(id, cancellationToken)
            : _reports.OfPaymentAsync(id, cancellationToken);

    public async Task<PaymentReport?> CancelPaymentAsync(string id, CancellationToken cancellationToken)
    {
        await StripeGateway.TryAsync(
            () => _stripe.PaymentIntents.CancelAsync(id, null, Once("cancel-" + id), cancellationToken), cancellationToken);
        return await FindPaymentAsync(id, cancellationToken);
    }

    public Task<SubscriptionReport?> FindSubscriptionAsync(string id, CancellationToken cancellationToken) =>
        _reports.OfSubscriptionAsync(id, cancellationToken);

    /// <summary>The one that the payer prefers, else the first card.</summary>
    private async Task<string?> PaymentMethodAsync(string customer, CancellationToken cancellationToken)
    {
        var found = await StripeGateway.FindAsync(
            () => _stripe.Customers.GetAsync(customer, cancellationToken: cancellationToken), cancellationToken);
        if (found is null or { Deleted: true })
        {
            return null;
        }

        if (found.InvoiceSettings?.DefaultPaymentMethodId is { } preferred)
        {
            return preferred;
        }

        var methods = await StripeGateway.CallAsync(
            () => _stripe.Customers.PaymentMethods.ListAsync(
                customer, new CustomerPaymentMethodListOptions { Type = "card", Limit = 1 }, cancellationToken: cancellationToken),
            cancellationToken);
        return methods.Data.FirstOrDefault()?.Id;
    }

    private static string Title(Order order) => order.Quantity == 1 ? order.Title : $"{order.Quantity} × {order.Title}";

    private static Dictionary<string, string> Metadata(Order order) => new()
    {
        [StripeReports.AccountName] = order.Account,
        [StripeReports.OrderName] = order.Id,
    };

    private static RequestOptions Once(string idempotencyKey) => new() { IdempotencyKey = idempotencyKey };
}
