using System.Diagnostics.Metrics;
using AigneHub.Core;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway;

/// <summary>Counts and logs the failures that nobody foresaw: bugs. Whatever clients and vendors send, there is none.</summary>
public sealed partial class UnexpectedErrors(IMeterFactory meters, ILogger<UnexpectedErrors> logger)
{
    public const string MeterName = "AigneHub";
    public const string InstrumentName = "aignehub.errors.unexpected";

    private readonly Counter<long> _count = meters.Create(MeterName)
        .CreateCounter<long>(InstrumentName, "{error}", "Failures that were caught at the edge and answered with a 500.");

    /// <returns>What the caller is told.</returns>
    public HubError Report(string requestId, Exception exception)
    {
        _count.Add(1);
        Log(requestId, exception);
        return new HubError(500, "internal_error", Blame.Hub, $"The hub failed unexpectedly. Quote request id {requestId}.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Call {RequestId} failed unexpectedly")]
    private partial void Log(string requestId, Exception exception);
}
