using AigneHub.Core;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary><c>/api/me/top-up</c>: credit that is bought by itself when the balance is low.</summary>
/// <param name="settings">Null where buyers can't pay by themselves.</param>
public sealed class TopUpEndpoints(
    ManagementHandler handler, PaymentGate gate, IPayerStore payers, TimeProvider time, TopUpSettings? settings = null)
{
    public Task GetAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetTopUp, GetAsync, cancellationToken);

    /// <summary>PUT: sets it, and switches it on.</summary>
    public Task SetAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.SetTopUp, SetAsync, cancellationToken);

    /// <summary>DELETE: switches it off.</summary>
    public Task DeleteAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteTopUp, DeleteAsync, cancellationToken);

    private async Task<HubError?> GetAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: true) is { } refused)
        {
            return refused;
        }

        if ((await payers.FindAsync(call.Caller.Account, call.CancellationToken))?.Value.TopUp is not { } topUp)
        {
            return Problem.NotFound("Automatic top-up is not set for this account.", "top_up_not_found");
        }

        await WriteAsync(call, topUp);
        return null;
    }

    private async Task<HubError?> SetAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: true) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.TopUpRequest);
        if (body is null)
        {
            return error;
        }

        (var topUp, error) = await settings!.SetAsync(
            call.Caller.Account, body.Pack, body.Currency, ProductRules.CreditsOf(body.Below), body.MaxPerMonth, call.CancellationToken);
        if (topUp is not null)
        {
            await WriteAsync(call, topUp);
        }

        return error;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: true) is { } refused)
        {
            return refused;
        }

        await settings!.SwitchOffAsync(call.Caller.Account, call.CancellationToken);
        call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    private Task WriteAsync(ManagementCall call, TopUp topUp) => call.WriteAsync(
        TopUpDocument.Of(topUp, TopUp.MonthOf(time.GetUtcNow())), PaymentJson.Default.TopUpDocument);
}
