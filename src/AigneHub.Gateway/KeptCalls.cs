using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Fronts.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway;

/// <summary>Calls of what earlier calls have made, in OpenAI's API: who calls, and what becomes of failures.</summary>
public sealed partial class KeptCalls(
    CallerGate gate, IHubSnapshots snapshots, HubIds ids, UnexpectedErrors unexpected, ILogger<KeptCalls> logger)
{
    /// <param name="scope">What was made.</param>
    /// <param name="run">Writes the answer and returns null, or an error before anything was written. Its text is the request's id.</param>
    internal async Task RunAsync(
        HttpRequest request, KeyScope scope, Func<Caller, string, CancellationToken, Task<HubError?>> run,
        CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        HubError? error;
        try
        {
            (var caller, error) = await gate.LetInAsync(request, scope, cancellationToken);
            error ??= snapshots.IsLoaded ? null : GatewayHandler.Starting;
            error ??= await run(caller!, requestId, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (StorageUnavailableException e)
        {
            LogStorage(requestId, e);
            error = StorageUnavailable;
        }
#pragma warning disable CA1031 // A bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e) when (!response.HasStarted)
#pragma warning restore CA1031
        {
            error = unexpected.Report(requestId, e);
        }

        if (error is not null)
        {
            await ErrorFormat.OpenAi.WriteAsync(response, error, requestId, cancellationToken);
        }
    }

    internal static HubError StorageUnavailable { get; } = new(
        503, "storage_unavailable", Blame.Hub, "The hub's storage does not answer at the moment. Retry shortly.",
        RetryAfter: TimeSpan.FromSeconds(2));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: storage does not answer")]
    private partial void LogStorage(string requestId, Exception exception);
}
