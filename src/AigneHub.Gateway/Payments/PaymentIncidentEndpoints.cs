using AigneHub.Core;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary><c>/api/admin/payments/incidents</c>: payments that could not be booked as they were reported.</summary>
public sealed class PaymentIncidentEndpoints(ManagementHandler handler, PaymentGate gate, IPaymentIncidentStore incidents)
{
    private const int PageMax = 200;
    private const int PageDefault = 50;

    /// <summary>GET; <c>status</c> open (default) or all, <c>limit</c> 1 to 200, <c>continuation</c>.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListPaymentIncidents, ListAsync, cancellationToken);

    /// <summary>POST with a reason: it has been seen to. Nothing is booked by it.</summary>
    public Task CloseAsync(HttpRequest request, string subject, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ClosePaymentIncident, subject, call => CloseAsync(call, subject), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "status", "limit", "continuation");
        var status = query.Text("status") ?? "open";
        var limit = query.Limit("limit", PageDefault, PageMax);
        var continuation = query.Text("continuation");
        if (status is not ("open" or "all"))
        {
            query.Refuse(Problem.BadRequest("'status' must be open or all.", "status"));
        }

        if ((gate.Check(needsProvider: false) ?? query.Error) is { } error)
        {
            return error;
        }

        var page = await incidents.ListAsync(status == "open", limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new PaymentIncidentPage([.. page.Items.Select(PaymentIncidentDocument.Of)], page.Continuation),
            PaymentJson.Default.PaymentIncidentPage);
        return null;
    }

    private async Task<HubError?> CloseAsync(ManagementCall call, string subject)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.CloseIncidentRequest);
        if ((error ?? AccountPaymentEndpoints.CheckReason(body!.Reason)) is { } wrong)
        {
            return wrong;
        }

        if (await incidents.FindAsync(subject, call.CancellationToken) is not { } found)
        {
            return Problem.NotFound("There is no incident of this subject.", "incident_not_found");
        }

        call.Because(body!.Reason);
        call.Before(PaymentIncidentDocument.Of(found.Value), PaymentJson.Default.PaymentIncidentDocument);
        var closed = found.Value with { ClosedBy = call.Caller.Key.Id, Reason = body.Reason };
        if (!await incidents.ReplaceAsync(closed, found.ETag, call.CancellationToken))
        {
            return new HubError(409, "conflict", Blame.Caller, "It is being changed by others at the moment. Repeat the request.");
        }

        await call.WriteAsync(PaymentIncidentDocument.Of(closed), PaymentJson.Default.PaymentIncidentDocument);
        return null;
    }
}
