using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary><c>/api/admin/plans</c>: monthly subscriptions. A plan that is no longer sold stays, because accounts may have it.</summary>
public sealed class PlanEndpoints(ManagementHandler handler, PaymentGate gate, IConfigurationStore store, ConfigurationCalls calls)
{
    private readonly ProductCalls<Plan, PlanDocument> _calls = new(
        "plan", handler, gate, calls, store.Plans, record => record.WhatIsWrong(), PlanDocument.Of, PaymentJson.Default.PlanDocument,
        PaymentJson.Default.RecordPagePlanDocument);

    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _calls.ListAsync(request, ManagementRoutes.ListPlans, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        _calls.GetAsync(request, ManagementRoutes.GetPlan, id, cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _calls.CreateAsync(
            request, ManagementRoutes.CreatePlan, PaymentJson.Default.CreatePlanRequest, body => body.Id, body => body.Reason,
            (body, now) => New(body.ToEntry(), now), cancellationToken);

    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        _calls.UpdateAsync(
            request, ManagementRoutes.UpdatePlan, id, PaymentJson.Default.UpdatePlanRequest, body => body.Reason, Changed,
            cancellationToken);

    /// <summary>What an entry says, unchecked.</summary>
    internal static Plan New(PlanEntryDocument body, DateTimeOffset now) => new()
    {
        Id = body.Id,
        Name = body.Name,
        Credits = ProductRules.CreditsOf(body.Credits),
        Prices = body.Prices,
        Models = body.Models ?? [],
        Limits = body.Limits?.ToLimits(),
        IsSold = body.IsSold ?? true,
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static Plan Changed(Plan record, UpdatePlanRequest body, DateTimeOffset now) => record with
    {
        Name = body.Name ?? record.Name,
        Credits = body.Credits is null ? record.Credits : ProductRules.CreditsOf(body.Credits),
        Prices = body.Prices ?? record.Prices,
        Models = body.Models ?? record.Models,
        Limits = body.Limits is null ? record.Limits : body.Limits.ToLimits(),
        IsSold = body.IsSold ?? record.IsSold,
        UpdatedAt = now,
    };
}
