using AigneHub.Gateway.Management.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Who changed what.</summary>
public sealed class AuditFunctions(AuditEndpoints audit)
{
    [Function(nameof(ListAudit))]
    public Task ListAudit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/audit")] HttpRequest request,
        CancellationToken cancellationToken) => audit.ListAsync(request, cancellationToken);
}
