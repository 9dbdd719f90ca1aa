using AigneHub.Gateway.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Plans.</summary>
public sealed class PlanFunctions(PlanEndpoints plans)
{
    [Function(nameof(ListPlans))]
    public Task ListPlans(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/plans")] HttpRequest request,
        CancellationToken cancellationToken) => plans.ListAsync(request, cancellationToken);

    [Function(nameof(CreatePlan))]
    public Task CreatePlan(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/plans")] HttpRequest request,
        CancellationToken cancellationToken) => plans.CreateAsync(request, cancellationToken);

    [Function(nameof(GetPlan))]
    public Task GetPlan(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/plans/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => plans.GetAsync(request, id, cancellationToken);

    [Function(nameof(UpdatePlan))]
    public Task UpdatePlan(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "api/admin/plans/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => plans.UpdateAsync(request, id, cancellationToken);
}
