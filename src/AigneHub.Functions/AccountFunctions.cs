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
        CancellationToken cancellationToken) => ledger.AuditAsync(request, id, cancellationToken);
}
