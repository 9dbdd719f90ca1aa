using AigneHub.Gateway.Management.Rates;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Costs, margins, prices.</summary>
public sealed class RateFunctions(
    RateEndpoints rates, MarginEndpoints margins, PriceOverrideEndpoints overrides, CatalogueEndpoints catalogue, PricingEndpoints pricing)
{
    [Function(nameof(GetPricing))]
    public Task GetPricing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/pricing")] HttpRequest request,
        CancellationToken cancellationToken) => pricing.GetAsync(request, cancellationToken);

    [Function(nameof(ListRates))]
    public Task ListRates(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/rates")] HttpRequest request,
        CancellationToken cancellationToken) => rates.ListAsync(request, cancellationToken);

    [Function(nameof(ListRateHistory))]
    public Task ListRateHistory(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/rates/history")] HttpRequest request,
        CancellationToken cancellationToken) => rates.ListHistoryAsync(request, cancellationToken);

    [Function(nameof(GetMargins))]
    public Task GetMargins(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/rates/margins")] HttpRequest request,
        CancellationToken cancellationToken) => margins.GetAsync(request, cancellationToken);

    [Function(nameof(UpdateMargins))]
    public Task UpdateMargins(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/rates/margins")] HttpRequest request,
        CancellationToken cancellationToken) => margins.UpdateAsync(request, cancellationToken);

    [Function(nameof(GetPriceOverride))]
    public Task GetPriceOverride(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/rates/overrides/{*model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) => overrides.GetAsync(request, model, cancellationToken);

    [Function(nameof(PutPriceOverride))]
    public Task PutPriceOverride(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/admin/rates/overrides/{*model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) => overrides.PutAsync(request, model, cancellationToken);

    [Function(nameof(DeletePriceOverride))]
    public Task DeletePriceOverride(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/rates/overrides/{*model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) => overrides.DeleteAsync(request, model, cancellationToken);

    [Function(nameof(GetCatalogue))]
    public Task GetCatalogue(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/rates/catalogue")] HttpRequest request,
        CancellationToken cancellationToken) => catalogue.GetAsync(request, cancellationToken);

    [Function(nameof(UpdateCatalogue))]
    public Task UpdateCatalogue(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/admin/rates/catalogue")] HttpRequest request,
        CancellationToken cancellationToken) => catalogue.UpdateAsync(request, cancellationToken);

    [Function(nameof(DeleteCatalogue))]
    public Task DeleteCatalogue(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/admin/rates/catalogue")] HttpRequest request,
        CancellationToken cancellationToken) => catalogue.DeleteAsync(request, cancellationToken);
}
