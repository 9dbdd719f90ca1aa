using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Identity;
using AigneHub.Gateway.Management.Audit;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>One management call of somebody with a good token, who need not be a member.</summary>
internal sealed class IdentifiedCall(
    HttpRequest request, TokenIdentity identity, string requestId, BodyMemory bodies, int bodyBytesMax, AuditDraft? audit,
    CancellationToken cancellationToken)
    : ManagementRequest(request, requestId, bodies, bodyBytesMax, audit, cancellationToken)
{
    public TokenIdentity Identity { get; } = identity;
}
