using AigneHub.Core.Ledger;
using AigneHub.Core.Responses;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>What runs by the clock.</summary>
public sealed partial class NightlyFunctions(
    PurseWalker walker, IStoredResponses responses, TimeProvider time, ILogger<NightlyFunctions> logger)
{
    /// <summary>Folds what crashes have left and audits each hour once, when it is a day old. 02:30 UTC.</summary>
    [Function(nameof(FoldAndAudit))]
    public async Task FoldAndAudit([TimerTrigger("0 30 2 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        var summary = await walker.FoldAndAuditAllAsync(cancellationToken);
        LogWalk(summary.Purses, summary.Folded, summary.Hours, summary.Differing, summary.Failed);
    }

    /// <summary>Forgets responses that no vendor keeps any more. 03:30 UTC.</summary>
    [Function(nameof(ForgetResponses))]
    public async Task ForgetResponses([TimerTrigger("0 30 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        var forgotten = await responses.DeleteOldAsync(time.GetUtcNow(), cancellationToken);
        LogForgotten(forgotten);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Responses} old responses forgotten")]
    private partial void LogForgotten(int responses);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Nightly walk: {Purses} purses, {Folded} units folded, {Hours} hours audited, {Differing} differing, {Failed} failed")]
    private partial void LogWalk(int purses, int folded, int hours, int differing, int failed);
}
