using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Vendors' credentials.</summary>
public sealed class CredentialFunctions(CredentialEndpoints credentials)
{
    [Function(nameof(ListCredentials))]
    public Task ListCredentials(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/credentials")] HttpRequest request,
        CancellationToken cancellationToken) => credentials.ListAsync(request, cancellationToken);

    [Function(nameof(GetCredential))]
    public Task GetCredential(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/credentials/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => credentials.GetAsync(request, id, cancellationToken);

    [Function(nameof(CreateCredential))]
    public Task CreateCredential(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/credentials")] HttpRequest request,
        CancellationToken cancellationToken) => credentials.CreateAsync(request, cancellationToken);

    [Function(nameof(UpdateCredential))]
    public Task UpdateCredential(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/credentials/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => credentials.UpdateAsync(request, id, cancellationToken);

    [Function(nameof(DeleteCredential))]
    public Task DeleteCredential(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/credentials/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => credentials.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(TestCredential))]
    public Task TestCredential(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/credentials/{id}/test")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => credentials.TestAsync(request, id, cancellationToken);
}
