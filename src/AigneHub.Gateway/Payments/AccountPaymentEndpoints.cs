using AigneHub.Core;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary>
/// <c>/api/admin/accounts/{id}/payments</c>: invoices that were paid outside, and their refunds. Who entered them and why is in the
/// account's movements.
/// </summary>
public sealed class AccountPaymentEndpoints(ManagementHandler handler, PaymentGate gate, ManualPayments payments)
{
    /// <summary>POST: repeated with the same content, it is booked once.</summary>
    public Task BookAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.BookPayment, call => BookAsync(call, id), cancellationToken);

    /// <summary>POST: amounts are cumulative, so that a repeat changes nothing.</summary>
    public Task RefundAsync(HttpRequest request, string id, string invoice, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.RefundPayment, call => RefundAsync(call, id, invoice), cancellationToken);

    private async Task<HubError?> BookAsync(ManagementCall call, string account)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.ManualPaymentRequest);
        if ((error ?? CheckReason(body!.Reason)) is { } wrong)
        {
            return wrong;
        }

        (var order, error) = await payments.BookAsync(
            new ManualPayment(account, body!.InvoiceId, body.Currency, body.Amount, ProductRules.CreditsOf(body.Credits)), body.Reason,
            call.Caller.Key.Id, call.CancellationToken);
        return await WriteAsync(call, order, error, StatusCodes.Status201Created);
    }

    private async Task<HubError?> RefundAsync(ManagementCall call, string account, string invoice)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.ManualRefundRequest);
        if ((error ?? CheckReason(body!.Reason)) is { } wrong)
        {
            return wrong;
        }

        (var order, error) = await payments.RefundAsync(
            account, invoice, body!.Refunded, body.Reason, call.Caller.Key.Id, call.CancellationToken);
        return await WriteAsync(call, order, error, StatusCodes.Status200OK);
    }

    internal static HubError? CheckReason(string reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > ManualPayments.ReasonMax || reason.Any(char.IsControl)
            ? Problem.BadRequest($"'reason' must say why, in 1 to {ManualPayments.ReasonMax} characters.", "reason")
            : null;

    private static async Task<HubError?> WriteAsync(ManagementCall call, Order? order, HubError? error, int status)
    {
        if (order is not null)
        {
            await call.WriteAsync(OrderDocument.Of(order), PaymentJson.Default.OrderDocument, status);
        }

        return error;
    }
}
