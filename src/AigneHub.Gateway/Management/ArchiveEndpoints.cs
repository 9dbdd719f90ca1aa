using AigneHub.Core;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/admin/accounts/{id}/archive</c>: the days of an account that have left the tables.
/// <c>POST /api/admin/accounts/{id}/archive/restore</c>: puts their calls back for some days, so that listings show them.
/// </summary>
public sealed class ArchiveEndpoints(
    ManagementHandler handler, IArchive archive, ArchiveRestorer restorer, IPurseRegistry purses, ArchiveOptions options,
    IHubSnapshots snapshots, TimeProvider time)
{
    private const int DaysDefault = 7;
    private const int DaysMax = 30;

    public Task ListAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.AccountArchive, id, call => ListAsync(call, id), cancellationToken);

    public Task RestoreAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.RestoreArchive, id, call => RestoreAsync(call, id), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call, string account)
    {
        var query = new Query(call.Request, "from", "to");
        var to = query.Time("to", time.GetUtcNow());
        var from = query.Time("from", to - StatementQuery.SpanMax);
        if ((query.Error ?? CheckSpan(from, to)) is { } error)
        {
            return error;
        }

        if (await FindAsync(account, call.CancellationToken) is not { } purse)
        {
            return LedgerEndpoints.AccountNotFound;
        }

        var days = await archive.ListAsync(purse.Id, Day(from), Day(to.AddTicks(-1)), call.CancellationToken)
            .Select(ArchivedDayDocument.Of).ToListAsync(call.CancellationToken);
        await call.WriteAsync(
            new ArchiveDocument(
                Units.Name(snapshots.Current.Mode), options.DaysInTables > 0 && archive.IsAvailable ? options.DaysInTables : null,
                purse.RestoredUntil > time.GetUtcNow() ? purse.RestoredUntil : null, days),
            ManagementJson.Default.ArchiveDocument);
        return null;
    }

    private async Task<HubError?> RestoreAsync(ManagementCall call, string account)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.RestoreRequest);
        if (body is null)
        {
            return error;
        }

        if (CheckSpan(body.From, body.To) is { } refused)
        {
            return refused;
        }

        if (body.Days is < 1 or > DaysMax)
        {
            return Problem.BadRequest($"'days' must be 1 to {DaysMax}.", "days");
        }

        if (await FindAsync(account, call.CancellationToken) is not { } purse)
        {
            return LedgerEndpoints.AccountNotFound;
        }

        var keep = TimeSpan.FromDays(body.Days ?? DaysDefault);
        var report = await restorer.RestoreAsync(purse, body.From, body.To, keep, call.CancellationToken);
        await call.WriteAsync(
            new RestoreDocument(report.Restored, report.Present, report.Until, report.Next), ManagementJson.Default.RestoreDocument);
        return null;
    }

    private async Task<PurseRecord?> FindAsync(string account, CancellationToken cancellationToken)
    {
        var purse = PurseId.OfAccount(account);
        return PurseNames.IsValid(purse.Value) ? await purses.FindAsync(purse, cancellationToken) : null;
    }

    private static HubError? CheckSpan(DateTimeOffset from, DateTimeOffset to) =>
        to <= from ? Problem.BadRequest("'from' must lie before 'to'.", "from")
        : to - from > StatementQuery.SpanMax
            ? Problem.BadRequest($"The span may be {StatementQuery.SpanMax.TotalDays} days at most.", "from")
            : null;

    private static DateOnly Day(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);
}
