using AigneHub.Core.Accounts;
using AigneHub.Gateway.Management;
using AigneHub.Gateway.Management.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The end of accounts, teams and projects.</summary>
public sealed class OwnerRemovalFunctions(OwnerRemovalEndpoints removal)
{
    [Function(nameof(ExportAccount))]
    public Task ExportAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/export")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        removal.ExportAsync(request, ManagementRoutes.ExportAccount, OwnerKind.Account, id, cancellationToken);

    [Function(nameof(DeleteAccount))]
    public Task DeleteAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/accounts/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        removal.DeleteAsync(request, ManagementRoutes.DeleteAccount, OwnerKind.Account, id, cancellationToken);

    [Function(nameof(ExportTeam))]
    public Task ExportTeam(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/teams/{id}/export")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        removal.ExportAsync(request, ManagementRoutes.ExportTeam, OwnerKind.Team, id, cancellationToken);

    [Function(nameof(DeleteTeam))]
    public Task DeleteTeam(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/teams/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        removal.DeleteAsync(request, ManagementRoutes.DeleteTeam, OwnerKind.Team, id, cancellationToken);

    [Function(nameof(ExportProject))]
    public Task ExportProject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/projects/{id}/export")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        removal.ExportAsync(request, ManagementRoutes.ExportProject, OwnerKind.Project, id, cancellationToken);

    [Function(nameof(DeleteProject))]
    public Task DeleteProject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/projects/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        removal.DeleteAsync(request, ManagementRoutes.DeleteProject, OwnerKind.Project, id, cancellationToken);
}
