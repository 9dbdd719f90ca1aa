using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary>
/// What buyers do: <c>GET /api/me/offers</c>, <c>POST /api/me/checkout</c>, <c>GET /api/me/orders</c>, <c>POST /api/me/portal</c>.
/// </summary>
/// <param name="checkout">Null where buyers can't pay by themselves; likewise what follows it.</param>
public sealed class CheckoutEndpoints(
    ManagementHandler handler, PaymentGate gate, IConfigurationStore store, IOrderStore orders, Checkout? checkout = null,
    PayerWriter? payers = null, IPaymentProvider? provider = null)
{
    private const int IdempotencyKeyCharsMax = 255;
    private const int OffersMax = 500;
    private const int PageMax = 200;
    private const int PageDefault = 50;

    public Task OffersAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListOffers, OffersAsync, cancellationToken);

    /// <summary>POST: a repeat under the same Idempotency-Key is the same order.</summary>
    public Task CheckoutAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.OpenCheckout, CheckoutAsync, cancellationToken);

    /// <summary>GET, newest first; <c>limit</c> 1 to 200, <c>continuation</c>.</summary>
    public Task OrdersAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.MyOrders, call => OrdersAsync(call, call.Caller.Account), cancellationToken);

    public Task OrdersOfAccountAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.AccountOrders, id, call => OrdersAsync(call, id), cancellationToken);

    /// <summary>POST: the address of a page that is valid for a short time.</summary>
    public Task PortalAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.OpenPortal, PortalAsync, cancellationToken);

    private async Task<HubError?> OffersAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        var packs = await store.Packs.ListAsync(null, OffersMax, null, call.CancellationToken);
        var plans = await store.Plans.ListAsync(null, OffersMax, null, call.CancellationToken);
        await call.WriteAsync(
            new OffersDocument(
                [.. packs.Items.Where(item => item.Value.IsSold).Select(item => PackDocument.Of(item.Value))],
                [.. plans.Items.Where(item => item.Value.IsSold).Select(item => PlanDocument.Of(item.Value))]),
            PaymentJson.Default.OffersDocument);
        return null;
    }

    private async Task<HubError?> CheckoutAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: true) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.CheckoutRequest);
        if (body is null)
        {
            return error;
        }

        var name = call.Request.Headers["Idempotency-Key"].ToString();
        if (name.Length > IdempotencyKeyCharsMax)
        {
            return Problem.BadRequest($"Idempotency-Key has more than {IdempotencyKeyCharsMax} characters.", "Idempotency-Key");
        }

        (var order, var url, error) = await checkout!.OpenAsync(
            new Purchase(
                call.Caller.Account, body.Pack, body.Plan, body.Currency, body.Quantity ?? 1, body.SavePaymentMethod ?? false,
                name.Length == 0 ? null : name),
            call.CancellationToken);
        if (order is null)
        {
            return error;
        }

        await call.WriteAsync(
            new CheckoutDocument(OrderDocument.Of(order), url?.AbsoluteUri), PaymentJson.Default.CheckoutDocument,
            StatusCodes.Status201Created);
        return null;
    }

    private async Task<HubError?> OrdersAsync(ManagementCall call, string account)
    {
        var query = new Query(call.Request, "limit", "continuation");
        var limit = query.Limit("limit", PageDefault, PageMax);
        var continuation = query.Text("continuation");
        if ((gate.Check(needsProvider: false) ?? query.Error) is { } error)
        {
            return error;
        }

        var page = await orders.ListAsync(account, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new OrderPage([.. page.Items.Select(OrderDocument.Of)], page.Continuation), PaymentJson.Default.OrderPage);
        return null;
    }

    private async Task<HubError?> PortalAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: true) is { } refused)
        {
            return refused;
        }

        var url = await payers!.ForCustomerAsync(
            call.Caller.Account, customer => provider!.OpenPortalAsync(customer, call.RequestId, call.CancellationToken),
            call.CancellationToken);
        if (url is null)
        {
            return Problem.NotFound("There is no account of this key.", "account_not_found");
        }

        await call.WriteAsync(
            new PortalDocument(url.AbsoluteUri), PaymentJson.Default.PortalDocument, StatusCodes.Status201Created);
        return null;
    }
}
