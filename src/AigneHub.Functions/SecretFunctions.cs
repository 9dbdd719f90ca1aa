using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The keys that stored secrets are sealed with.</summary>
public sealed class SecretFunctions(RotationEndpoints rotation)
{
    [Function(nameof(RotateSecrets))]
    public Task RotateSecrets(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/secrets/rotate")] HttpRequest request,
        CancellationToken cancellationToken) => rotation.RotateAsync(request, cancellationToken);
}
