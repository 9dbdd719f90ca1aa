using AigneHub.Core;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Payments;

/// <summary>
/// <c>POST /api/payments/stripe/webhook</c>: answered with 200 only after what it points at is booked, or kept as an incident. Whatever
/// else happens is an error, so that the provider sends it again.
/// </summary>
/// <param name="webhooks">Null where there is no provider.</param>
/// <param name="reconciler">Null where there is no provider.</param>
public sealed partial class WebhookEndpoint(
    ManagementHandler handler, PaymentGate gate, ILogger<WebhookEndpoint> logger, IPaymentWebhooks? webhooks = null,
    PaymentReconciler? reconciler = null)
{
    public Task RunAsync(HttpRequest request, CancellationToken cancellationToken) => CheckHead(request) is { } refused
        ? handler.AnswerAsync(request, _ => Task.FromResult<HubError?>(refused), cancellationToken)
        : handler.RunUnauthenticatedAsync(request, body => RunAsync(request, body, cancellationToken), cancellationToken);

    /// <summary>What can be refused before anything of the body is read.</summary>
    private HubError? CheckHead(HttpRequest request)
    {
        if (gate.Check(needsProvider: true) is { } refused)
        {
            return refused;
        }

        return request.Headers[webhooks!.SignatureHeader].ToString().Length == 0
            ? Refused($"The header {webhooks.SignatureHeader} is missing.")
            : null;
    }

    private HubError Refused(string why)
    {
        LogRefused(why);
        return new HubError(400, "invalid_signature", Blame.Caller, why);
    }

    private async Task<HubError?> RunAsync(HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var reading = webhooks!.Read(body.Span, request.Headers[webhooks.SignatureHeader].ToString());
        if (reading.Refused is { } why)
        {
            return Refused(why);
        }

        if (reading.Hint is { } hint)
        {
            var outcome = await reconciler!.ReconcileAsync(hint, cancellationToken);
            LogReconciled(hint.Subject, hint.Id, outcome);
            if (outcome == ReconcileOutcome.Busy)
            {
                return new HubError(
                    503, "ledger_busy", Blame.Hub, "The account's ledger is busy at the moment. Send it again.",
                    RetryAfter: TimeSpan.FromSeconds(1));
            }
        }

        request.HttpContext.Response.StatusCode = StatusCodes.Status200OK;
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A payment webhook was refused: {Why}")]
    private partial void LogRefused(string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Payment webhook: {Subject} {Id}: {Outcome}")]
    private partial void LogReconciled(PaymentSubject subject, string id, ReconcileOutcome outcome);
}
