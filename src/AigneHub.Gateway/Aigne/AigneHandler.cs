using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Fronts.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Aigne;

/// <summary>What every call of AIGNE's endpoints that are no model calls goes through: one place for errors, in AIGNE's format.</summary>
public sealed partial class AigneHandler(
    CallerGate gate, HubIds ids, UnexpectedErrors unexpected, ILogger<AigneHandler> logger)
{
    /// <summary>For callers with a key: what their account has used and stands at.</summary>
    internal Task RunAsync(
        HttpRequest request, Func<AigneCall, Caller, Task<HubError?>> endpoint, CancellationToken cancellationToken) =>
        AnswerAsync(request, async call =>
        {
            var (caller, error) = await gate.LetInAsync(request, KeyScope.Account, cancellationToken);
            return caller is null ? error : await endpoint(call, caller);
        }, cancellationToken);

    /// <summary>For everybody. What the endpoint returns is an error to be told; null when it has written its answer.</summary>
    internal async Task AnswerAsync(HttpRequest request, Func<AigneCall, Task<HubError?>> endpoint, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        response.Headers.CacheControl = "no-store";
        HubError? error;
        try
        {
            error = await endpoint(new AigneCall(request, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (StorageUnavailableException e)
        {
            LogStorage(requestId, e);
            error = new HubError(
                503, "storage_unavailable", Blame.Hub, "The hub's storage does not answer at the moment. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(2));
        }
#pragma warning disable CA1031 // A bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e) when (!response.HasStarted)
#pragma warning restore CA1031
        {
            error = unexpected.Report(requestId, e);
        }

        if (error is not null && !response.HasStarted)
        {
            response.ContentLength = null;
            await ErrorFormat.Aigne.WriteAsync(response, error, requestId, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: storage does not answer")]
    private partial void LogStorage(string requestId, Exception exception);
}
