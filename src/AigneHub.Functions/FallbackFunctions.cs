using AigneHub.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Every path that nothing else serves.</summary>
public sealed class FallbackFunctions(FallbackEndpoints fallback)
{
    [Function(nameof(NotServed))]
    public Task NotServed(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "put", "patch", "delete", "head", "options", Route = "{*path}")]
        HttpRequest request,
        CancellationToken cancellationToken) => fallback.AnswerAsync(request, cancellationToken);
}
