using AigneHub.Core.Audit;
using AigneHub.Core.Idempotency;
using AigneHub.Core.Jobs;
using AigneHub.Core.Ledger;
using AigneHub.Core.Limits;
using AigneHub.Core.Notices;
using AigneHub.Core.Responses;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>What runs by the clock.</summary>
public sealed partial class NightlyFunctions(
    PurseWalker walker, IStoredResponses responses, IIdempotentCalls calls, IVideoJobs videos, INoticeStore notices,
    ILimitStore limits, IAuditStore audit, AuditOptions auditOptions, HubStartup startup, TimeProvider time,
    ILogger<NightlyFunctions> logger)
{
    /// <summary>Folds what crashes have left and audits each hour once, when it is a day old. 02:30 UTC.</summary>
    [Function(nameof(FoldAndAudit))]
    public async Task FoldAndAudit([TimerTrigger("0 30 2 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        var summary = await walker.FoldAndAuditAllAsync(cancellationToken);
        LogWalk(summary.Purses, summary.Folded, summary.Repaired, summary.Hours, summary.Differing, summary.Failed);
    }

    /// <summary>
    /// Forgets responses and videos that no vendor keeps any more, calls whose idempotency keys are over, notices of three months
    /// ago, limits that nobody uses, and old entries of the audit log, each by itself: what fails stops none of the others. 03:30 UTC.
    /// </summary>
    /// <exception cref="AggregateException">Some of it failed, and waits for the next night.</exception>
    [Function(nameof(ForgetOld))]
    public async Task ForgetOld([TimerTrigger("0 30 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        var now = time.GetUtcNow();
        var failures = new List<Exception>();
        var oldAudit = await ForgetAsync(() => audit.DeleteOldAsync(now.AddDays(-auditOptions.RetentionDays), cancellationToken));
        var oldResponses = await ForgetAsync(() => responses.DeleteOldAsync(now, cancellationToken));
        var oldCalls = await ForgetAsync(() => calls.DeleteOldAsync(now, cancellationToken));
        var oldVideos = await ForgetAsync(() => videos.DeleteOldAsync(now, cancellationToken));
        var oldNotices = await ForgetAsync(() => notices.DeleteOldAsync(now, cancellationToken));
        var oldLimits = await ForgetAsync(() => limits.DeleteOldAsync(now, cancellationToken));
        LogForgotten(oldResponses, oldCalls, oldVideos, oldNotices, oldLimits, oldAudit);
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }

        async Task<int> ForgetAsync(Func<Task<int>> delete)
        {
            try
            {
                return await delete();
            }
#pragma warning disable CA1031 // It is thrown when the others have had their turn.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                failures.Add(e);
                return 0;
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Responses} old responses, {Calls} rows of old calls, {Videos} old videos, {Notices} old notices, "
            + "{Limits} unused limits, {Audit} rows of the audit log forgotten")]
    private partial void LogForgotten(int responses, int calls, int videos, int notices, int limits, int audit);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Nightly walk: {Purses} purses, {Folded} units folded, {Repaired} brought to their owners' records, "
            + "{Hours} hours audited, {Differing} differing, {Failed} failed")]
    private partial void LogWalk(int purses, int folded, int repaired, int hours, int differing, int failed);
}
