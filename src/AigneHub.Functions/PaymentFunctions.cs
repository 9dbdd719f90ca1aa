using AigneHub.Core.Payments;
using AigneHub.Gateway.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>What buyers, the payment provider, administrators and the clock do with payments.</summary>
public sealed partial class PaymentFunctions(
    CheckoutEndpoints checkout, TopUpEndpoints topUp, AccountPaymentEndpoints payments, PaymentIncidentEndpoints incidents,
    WebhookEndpoint webhook, HubStartup startup, ILogger<PaymentFunctions> logger, OrderSweep? sweep = null,
    TopUps? topUps = null)
{
    [Function(nameof(ListOffers))]
    public Task ListOffers(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/offers")] HttpRequest request,
        CancellationToken cancellationToken) => checkout.OffersAsync(request, cancellationToken);

    [Function(nameof(OpenCheckout))]
    public Task OpenCheckout(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/me/checkout")] HttpRequest request,
        CancellationToken cancellationToken) => checkout.CheckoutAsync(request, cancellationToken);

    [Function(nameof(MyOrders))]
    public Task MyOrders(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/orders")] HttpRequest request,
        CancellationToken cancellationToken) => checkout.OrdersAsync(request, cancellationToken);

    [Function(nameof(OpenPortal))]
    public Task OpenPortal(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/me/portal")] HttpRequest request,
        CancellationToken cancellationToken) => checkout.PortalAsync(request, cancellationToken);

    [Function(nameof(GetTopUp))]
    public Task GetTopUp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/top-up")] HttpRequest request,
        CancellationToken cancellationToken) => topUp.GetAsync(request, cancellationToken);

    [Function(nameof(SetTopUp))]
    public Task SetTopUp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/me/top-up")] HttpRequest request,
        CancellationToken cancellationToken) => topUp.SetAsync(request, cancellationToken);

    [Function(nameof(DeleteTopUp))]
    public Task DeleteTopUp(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/me/top-up")] HttpRequest request,
        CancellationToken cancellationToken) => topUp.DeleteAsync(request, cancellationToken);

    [Function(nameof(AccountOrders))]
    public Task AccountOrders(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/orders")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => checkout.OrdersOfAccountAsync(request, id, cancellationToken);

    [Function(nameof(BookPayment))]
    public Task BookPayment(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts/{id}/payments")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => payments.BookAsync(request, id, cancellationToken);

    [Function(nameof(RefundPayment))]
    public Task RefundPayment(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts/{id}/payments/{invoice}/refund")]
        HttpRequest request,
        string id,
        string invoice,
        CancellationToken cancellationToken) => payments.RefundAsync(request, id, invoice, cancellationToken);

    [Function(nameof(ListPaymentIncidents))]
    public Task ListPaymentIncidents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/payments/incidents")] HttpRequest request,
        CancellationToken cancellationToken) => incidents.ListAsync(request, cancellationToken);

    [Function(nameof(ClosePaymentIncident))]
    public Task ClosePaymentIncident(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/payments/incidents/{subject}/close")] HttpRequest request,
        string subject,
        CancellationToken cancellationToken) => incidents.CloseAsync(request, subject, cancellationToken);

    [Function(nameof(StripeWebhook))]
    public Task StripeWebhook(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/payments/stripe/webhook")] HttpRequest request,
        CancellationToken cancellationToken) => webhook.RunAsync(request, cancellationToken);

    /// <summary>Looks at orders whose webhooks may be lost. Every five minutes.</summary>
    [Function(nameof(CheckOrders))]
    public async Task CheckOrders([TimerTrigger("30 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        if (sweep is not null)
        {
            var (seen, failed) = await sweep.RunAsync(cancellationToken);
            LogChecked(seen, failed);
        }
    }

    /// <summary>Buys credit for accounts whose balance is low. Every minute.</summary>
    [Function(nameof(BuyTopUps))]
    public async Task BuyTopUps([TimerTrigger("15 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        if (topUps is not null)
        {
            var (seen, failed) = await topUps.RunAsync(cancellationToken);
            LogTopUps(seen, failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Orders} orders looked at, {Failed} without an answer of the payment provider")]
    private partial void LogChecked(int orders, int failed);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Accounts} accounts with top-up, {Failed} without an answer of the payment provider")]
    private partial void LogTopUps(int accounts, int failed);
}
