using AigneHub.Core;
using AigneHub.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway;

/// <summary>Counts and logs the failures that nobody foresaw: bugs. Whatever clients and vendors send, there is none.</summary>
public sealed partial class UnexpectedErrors(HubMetrics metrics, ILogger<UnexpectedErrors> logger)
{
    /// <returns>What the caller is told.</returns>
    public HubError Report(string requestId, Exception exception)
    {
        metrics.Unexpected();
        Log(requestId, exception);
        return new HubError(500, "internal_error", Blame.Hub, $"The hub failed unexpectedly. Quote request id {requestId}.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Call {RequestId} failed unexpectedly")]
    private partial void Log(string requestId, Exception exception);
}
