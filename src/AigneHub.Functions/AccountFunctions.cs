using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Usage and ledgers: the caller's own account, and all of them for administrators.</summary>
public sealed class AccountFunctions(UsageEndpoints usage, LedgerEndpoints ledger, StatementEndpoints statements)
{
    [Function(nameof(MyUsage))]
    public Task MyUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/usage")] HttpRequest request,
        CancellationToken cancellationToken) => usage.MineAsync(request, cancellationToken);

    [Function(nameof(AllUsage))]
    public Task AllUsage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/usage")] HttpRequest request,
        CancellationToken cancellationToken) => usage.AllAsync(request, cancellationToken);

    [Function(nameof(MyLedger))]
    public Task MyLedger(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/ledger")] HttpRequest request,
        CancellationToken cancellationToken) => ledger.MineAsync(request, cancellationToken);

    [Function(nameof(MyStatement))]
    public Task MyStatement(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/statement")] HttpRequest request,
        CancellationToken cancellationToken) => statements.MineAsync(request, cancellationToken);

    [Function(nameof(AccountStatement))]
    public Task AccountStatement(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/statement")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => statements.OfAccountAsync(request, id, cancellationToken);

    [Function(nameof(AccountLedger))]
    public Task AccountLedger(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/ledger")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => ledger.OfAccountAsync(request, id, cancellationToken);

    [Function(nameof(AccountAudit))]
    public Task AccountAudit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/audit")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        ledger.AuditAsync(request, ManagementRoutes.AccountAudit, PurseId.OfAccount(id), cancellationToken);

    [Function(nameof(TeamAudit))]
    public Task TeamAudit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/teams/{id}/audit")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        ledger.AuditAsync(request, ManagementRoutes.TeamAudit, PurseId.OfTeam(id), cancellationToken);

    [Function(nameof(ProjectAudit))]
    public Task ProjectAudit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/projects/{id}/audit")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        ledger.AuditAsync(request, ManagementRoutes.ProjectAudit, PurseId.OfProject(id), cancellationToken);

    [Function(nameof(KeyAudit))]
    public Task KeyAudit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/keys/{id}/audit")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        ledger.AuditAsync(request, ManagementRoutes.KeyAudit, PurseId.OfKey(id), cancellationToken);
}
