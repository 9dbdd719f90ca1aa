using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/me/ledger</c>, <c>GET /api/admin/accounts/{id}/ledger</c>: the calls of an account, newest first, paged.
/// <c>GET /api/admin/{accounts|teams|projects|keys}/{id}/audit</c>: a purse's sums added up again from its finest rows.
/// </summary>
public sealed class LedgerEndpoints(
    ManagementHandler handler, LedgerReader reader, LedgerAuditor auditor, OwnedPurses purses, IHubSnapshots snapshots,
    TimeProvider time)
{
    private static readonly TimeSpan AuditSpan = UsageQuery.SpanMax;

    public Task MineAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.MyLedger, call => ListAsync(call, call.Caller.Account), cancellationToken);

    public Task OfAccountAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.AccountLedger, id, call => ListAsync(call, id), cancellationToken);

    /// <summary>Of a purse that was never used, too: its budget may have been taken away.</summary>
    public Task AuditAsync(
        HttpRequest request, ManagementRoute route, PurseId purse, CancellationToken cancellationToken) => handler.RunAsync(
        request, route, PurseNames.OwnerOf(purse), call => AuditAsync(call, purse), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call, string account)
    {
        var query = new Query(call.Request, "limit", "continuation");
        var limit = query.Limit("limit", 50, LedgerReader.LimitMax);
        var continuation = query.Text("continuation");
        if ((query.Error ?? CheckAccount(account)) is { } error)
        {
            return error;
        }

        var page = await reader.ReadAsync(account, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new LedgerPage(Units.Name(snapshots.Current.Mode), [.. page.Items.Select(LedgerLineDocument.Of)], page.Continuation),
            ManagementJson.Default.LedgerPage);
        return null;
    }

    private async Task<HubError?> AuditAsync(ManagementCall call, PurseId purse)
    {
        var (_, error) = await BalanceEndpoints.FindAsync(purses, purse, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        var now = time.GetUtcNow();
        var report = await auditor.AuditAsync(
            purse, HourSpan.Between(now - AuditSpan, now.AddDays(1)), call.CancellationToken);
        await call.WriteAsync(AuditDocument.Of(report), ManagementJson.Default.AuditDocument);
        return null;
    }

    internal static HubError? CheckAccount(string account) => PurseNames.IsValid(PurseId.OfAccount(account).Value)
        ? null
        : AccountNotFound;

    internal static HubError AccountNotFound { get; } = Problem.NotFound("There is no account with this id.", "account_not_found");
}
