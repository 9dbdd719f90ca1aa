using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/me/ledger</c>, <c>GET /api/admin/accounts/{id}/ledger</c>: the calls of an account, newest first, paged.
/// <c>GET /api/admin/accounts/{id}/audit</c>: the account's sums added up again from its finest rows.
/// </summary>
public sealed class LedgerEndpoints(
    ManagementHandler handler, LedgerReader reader, LedgerAuditor auditor, IHubSnapshots snapshots, TimeProvider time)
{
    private static readonly TimeSpan AuditSpan = UsageQuery.SpanMax;

    public Task MineAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.MyLedger, call => ListAsync(call, call.Caller.Account), cancellationToken);

    public Task OfAccountAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.AccountLedger, id, call => ListAsync(call, id), cancellationToken);

    public Task AuditAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.AccountAudit, id, call => AuditAsync(call, id), cancellationToken);

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

    private async Task<HubError?> AuditAsync(ManagementCall call, string account)
    {
        if (CheckAccount(account) is { } error)
        {
            return error;
        }

        var now = time.GetUtcNow();
        var report = await auditor.AuditAsync(
            PurseId.OfAccount(account), HourSpan.Between(now - AuditSpan, now.AddDays(1)), call.CancellationToken);
        await call.WriteAsync(AuditDocument.Of(report), ManagementJson.Default.AuditDocument);
        return null;
    }

    internal static HubError? CheckAccount(string account) => PurseNames.IsValid(PurseId.OfAccount(account).Value)
        ? null
        : AccountNotFound;

    internal static HubError AccountNotFound { get; } = Problem.NotFound("There is no account with this id.", "account_not_found");
}
