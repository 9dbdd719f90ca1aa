using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>What administrators do to purses, and their statements.</summary>
public sealed class MovementFunctions(MovementEndpoints movements)
{
    [Function(nameof(ListGrants))]
    public Task ListGrants(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/grants")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.ListGrantsAsync(request, ManagementRoutes.ListGrants, PurseId.OfAccount(id), cancellationToken);

    [Function(nameof(GrantCredit))]
    public Task GrantCredit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts/{id}/grants")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.GrantAsync(request, ManagementRoutes.GrantCredit, PurseId.OfAccount(id), cancellationToken);

    [Function(nameof(ReverseGrant))]
    public Task ReverseGrant(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts/{id}/grants/{grantId}/reversal")]
        HttpRequest request,
        string id,
        string grantId,
        CancellationToken cancellationToken) =>
        movements.ReverseAsync(request, ManagementRoutes.ReverseGrant, PurseId.OfAccount(id), grantId, cancellationToken);

    [Function(nameof(AccountMovements))]
    public Task AccountMovements(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/movements")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.ListAsync(request, ManagementRoutes.AccountMovements, PurseId.OfAccount(id), cancellationToken);

    [Function(nameof(AdjustAccount))]
    public Task AdjustAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts/{id}/adjustments")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.AdjustAsync(request, ManagementRoutes.AdjustAccount, PurseId.OfAccount(id), cancellationToken);

    [Function(nameof(TeamMovements))]
    public Task TeamMovements(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/teams/{id}/movements")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.ListAsync(request, ManagementRoutes.TeamMovements, PurseId.OfTeam(id), cancellationToken);

    [Function(nameof(AdjustTeam))]
    public Task AdjustTeam(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/teams/{id}/adjustments")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.AdjustAsync(request, ManagementRoutes.AdjustTeam, PurseId.OfTeam(id), cancellationToken);

    [Function(nameof(ProjectMovements))]
    public Task ProjectMovements(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/projects/{id}/movements")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.ListAsync(request, ManagementRoutes.ProjectMovements, PurseId.OfProject(id), cancellationToken);

    [Function(nameof(AdjustProject))]
    public Task AdjustProject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/projects/{id}/adjustments")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.AdjustAsync(request, ManagementRoutes.AdjustProject, PurseId.OfProject(id), cancellationToken);

    [Function(nameof(KeyMovements))]
    public Task KeyMovements(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/keys/{id}/movements")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.ListAsync(request, ManagementRoutes.KeyMovements, PurseId.OfKey(id), cancellationToken);

    [Function(nameof(AdjustKey))]
    public Task AdjustKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/keys/{id}/adjustments")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        movements.AdjustAsync(request, ManagementRoutes.AdjustKey, PurseId.OfKey(id), cancellationToken);
}
