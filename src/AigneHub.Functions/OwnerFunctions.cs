using AigneHub.Core.Accounts;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Accounts, teams and projects.</summary>
public sealed class OwnerFunctions(OwnerEndpoints owners)
{
    [Function(nameof(ListAccounts))]
    public Task ListAccounts(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts")] HttpRequest request,
        CancellationToken cancellationToken) =>
        owners.ListAsync(request, ManagementRoutes.ListAccounts, OwnerKind.Account, cancellationToken);

    [Function(nameof(CreateAccount))]
    public Task CreateAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/accounts")] HttpRequest request,
        CancellationToken cancellationToken) =>
        owners.CreateAsync(request, ManagementRoutes.CreateAccount, OwnerKind.Account, cancellationToken);

    [Function(nameof(GetAccount))]
    public Task GetAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        owners.GetAsync(request, ManagementRoutes.GetAccount, OwnerKind.Account, id, cancellationToken);

    [Function(nameof(UpdateAccount))]
    public Task UpdateAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/accounts/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        owners.UpdateAsync(request, ManagementRoutes.UpdateAccount, OwnerKind.Account, id, cancellationToken);

    [Function(nameof(ListTeams))]
    public Task ListTeams(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/teams")] HttpRequest request,
        CancellationToken cancellationToken) =>
        owners.ListAsync(request, ManagementRoutes.ListTeams, OwnerKind.Team, cancellationToken);

    [Function(nameof(CreateTeam))]
    public Task CreateTeam(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/teams")] HttpRequest request,
        CancellationToken cancellationToken) =>
        owners.CreateAsync(request, ManagementRoutes.CreateTeam, OwnerKind.Team, cancellationToken);

    [Function(nameof(GetTeam))]
    public Task GetTeam(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/teams/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        owners.GetAsync(request, ManagementRoutes.GetTeam, OwnerKind.Team, id, cancellationToken);

    [Function(nameof(UpdateTeam))]
    public Task UpdateTeam(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/teams/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        owners.UpdateAsync(request, ManagementRoutes.UpdateTeam, OwnerKind.Team, id, cancellationToken);

    [Function(nameof(ListProjects))]
    public Task ListProjects(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/projects")] HttpRequest request,
        CancellationToken cancellationToken) =>
        owners.ListAsync(request, ManagementRoutes.ListProjects, OwnerKind.Project, cancellationToken);

    [Function(nameof(CreateProject))]
    public Task CreateProject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/projects")] HttpRequest request,
        CancellationToken cancellationToken) =>
        owners.CreateAsync(request, ManagementRoutes.CreateProject, OwnerKind.Project, cancellationToken);

    [Function(nameof(GetProject))]
    public Task GetProject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/projects/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        owners.GetAsync(request, ManagementRoutes.GetProject, OwnerKind.Project, id, cancellationToken);

    [Function(nameof(UpdateProject))]
    public Task UpdateProject(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/projects/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        owners.UpdateAsync(request, ManagementRoutes.UpdateProject, OwnerKind.Project, id, cancellationToken);
}
