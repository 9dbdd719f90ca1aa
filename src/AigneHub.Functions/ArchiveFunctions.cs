using AigneHub.Core.Archive;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Old days of calls: out of the tables by night, and back for those who look for them.</summary>
public sealed partial class ArchiveFunctions(
    LedgerArchiver archiver, ArchiveEndpoints archive, HubStartup startup, ILogger<ArchiveFunctions> logger)
{
    /// <summary>Archives the days that are old enough and deletes what is archived. 04:30 UTC, after the audit.</summary>
    [Function(nameof(ArchiveOld))]
    public async Task ArchiveOld([TimerTrigger("0 30 4 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        if (!archiver.IsOn)
        {
            LogOff();
            return;
        }

        var sum = await archiver.ArchiveAllAsync(
            day => LogDay(day.Purse.Value, day.Day, day.Calls, day.Written, day.Deleted), cancellationToken);
        LogArchived(sum.Purses, sum.Held, sum.Days, sum.Calls, sum.Marks, sum.Differing, sum.Failed);
    }

    [Function(nameof(AccountArchive))]
    public Task AccountArchive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/archive")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => archive.ListAsync(request, id, cancellationToken);

    [Function(nameof(RestoreArchive))]
    public Task RestoreArchive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts/{id}/archive/restore")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => archive.RestoreAsync(request, id, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing is archived: it is switched off, or no blob storage is set")]
    private partial void LogOff();

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Purse {Purse}, {Day}: {Calls} calls archived, written now {Written}, {Deleted} rows deleted")]
    private partial void LogDay(string purse, DateOnly day, long calls, bool written, long deleted);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Archived: {Purses} purses, {Held} held back, {Days} days, {Calls} calls and {Marks} marks deleted, "
            + "{Differing} days differing, {Failed} purses failed")]
    private partial void LogArchived(int purses, int held, int days, long calls, long marks, int differing, int failed);
}
