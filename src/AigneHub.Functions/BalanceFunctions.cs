using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>What purses stand at.</summary>
public sealed class BalanceFunctions(BalanceEndpoints balances)
{
    [Function(nameof(MyBalance))]
    public Task MyBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/me/balance")] HttpRequest request,
        CancellationToken cancellationToken) => balances.MineAsync(request, cancellationToken);

    [Function(nameof(AccountBalance))]
    public Task AccountBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/accounts/{id}/balance")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        balances.OfAsync(request, ManagementRoutes.AccountBalance, PurseId.OfAccount(id), cancellationToken);

    [Function(nameof(TeamBalance))]
    public Task TeamBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/teams/{id}/balance")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        balances.OfAsync(request, ManagementRoutes.TeamBalance, PurseId.OfTeam(id), cancellationToken);

    [Function(nameof(ProjectBalance))]
    public Task ProjectBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/projects/{id}/balance")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        balances.OfAsync(request, ManagementRoutes.ProjectBalance, PurseId.OfProject(id), cancellationToken);

    [Function(nameof(KeyBalance))]
    public Task KeyBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/keys/{id}/balance")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        balances.OfAsync(request, ManagementRoutes.KeyBalance, PurseId.OfKey(id), cancellationToken);
}
