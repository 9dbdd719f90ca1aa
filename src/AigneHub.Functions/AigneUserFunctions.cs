using AigneHub.Gateway.Aigne;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>AIGNE Hub's calls about the caller, its credits and its usage.</summary>
public sealed class AigneUserFunctions(AigneUserEndpoints user, AigneCallEndpoints calls, AigneUsageEndpoints usage)
{
    [Function(nameof(AigneUserInfo))]
    public Task AigneUserInfo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/info")] HttpRequest request,
        CancellationToken cancellationToken) => user.InfoAsync(request, cancellationToken);

    [Function(nameof(AigneBalance))]
    public Task AigneBalance(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/credit/balance")] HttpRequest request,
        CancellationToken cancellationToken) => user.BalanceAsync(request, cancellationToken);

    [Function(nameof(AigneGrants))]
    public Task AigneGrants(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/credit/grants")] HttpRequest request,
        CancellationToken cancellationToken) => user.GrantsAsync(request, cancellationToken);

    [Function(nameof(AigneTransactions))]
    public Task AigneTransactions(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/credit/transactions")] HttpRequest request,
        CancellationToken cancellationToken) => user.TransactionsAsync(request, cancellationToken);

    [Function(nameof(AignePaymentLink))]
    public Task AignePaymentLink(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/credit/payment-link")] HttpRequest request,
        CancellationToken cancellationToken) => user.PaymentLinkAsync(request, cancellationToken);

    [Function(nameof(AigneModelCalls))]
    public Task AigneModelCalls(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/model-calls")] HttpRequest request,
        CancellationToken cancellationToken) => calls.ListAsync(request, cancellationToken);

    [Function(nameof(AigneUsageStats))]
    public Task AigneUsageStats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/user/usage-stats")] HttpRequest request,
        CancellationToken cancellationToken) => usage.StatsAsync(request, cancellationToken);

    [Function(nameof(AigneQuota))]
    public Task AigneQuota(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage/quota")] HttpRequest request,
        CancellationToken cancellationToken) => usage.QuotaAsync(request, cancellationToken);

    [Function(nameof(AigneProjects))]
    public Task AigneProjects(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage/projects")] HttpRequest request,
        CancellationToken cancellationToken) => usage.ProjectsAsync(request, cancellationToken);

    [Function(nameof(AigneTrends))]
    public Task AigneTrends(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage/trends")] HttpRequest request,
        CancellationToken cancellationToken) => usage.TrendsAsync(request, cancellationToken);

    [Function(nameof(AigneProjectTrends))]
    public Task AigneProjectTrends(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage/projects/trends")] HttpRequest request,
        CancellationToken cancellationToken) => usage.TrendsAsync(request, cancellationToken);

    [Function(nameof(AigneGroupTrends))]
    public Task AigneGroupTrends(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage/projects/group-trends")] HttpRequest request,
        CancellationToken cancellationToken) => usage.GroupTrendsAsync(request, cancellationToken);

    [Function(nameof(AigneProjectCalls))]
    public Task AigneProjectCalls(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/usage/projects/calls")] HttpRequest request,
        CancellationToken cancellationToken) => calls.ListOfProjectAsync(request, cancellationToken);
}
