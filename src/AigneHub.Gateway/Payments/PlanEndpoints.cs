using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary><c>/api/admin/plans</c>: monthly subscriptions. A plan that is no longer sold stays, because accounts may have it.</summary>
public sealed class PlanEndpoints(
    ManagementHandler handler, PaymentGate gate, IConfigurationStore store, ConfigurationCalls calls)
{
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListPlans, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetPlan, call => GetAsync(call, id), cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreatePlan, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdatePlan, call => UpdateAsync(call, id), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if ((gate.Check(needsProvider: false) ?? error) is { } refused)
        {
            return refused;
        }

        var page = await store.Plans.ListAsync(null, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<PlanDocument>([.. page.Items.Select(item => PlanDocument.Of(item.Value))], page.Continuation),
            PaymentJson.Default.RecordPagePlanDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        if (await store.Plans.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchPlan();
        }

        await WriteAsync(call, found.Value, found.ETag);
        return null;
    }

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.CreatePlanRequest);
        if (body is null)
        {
            return error;
        }

        var record = Build(body, null, calls.Now);
        error = ConfigurationCalls.Invalid(record.WhatIsWrong());
        if (error is not null)
        {
            return error;
        }

        var written = await store.Plans.CreateAsync(record, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Created plan", body.Id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }

    /// <summary>What an entry says, unchecked; it was made when <paramref name="before"/> was, if there is one.</summary>
    internal static Plan Build(CreatePlanRequest body, Plan? before, DateTimeOffset now) => new()
    {
        Id = body.Id,
        Name = body.Name,
        Credits = PackEndpoints.Credits(body.Credits),
        Prices = body.Prices,
        Models = body.Models ?? [],
        Limits = body.Limits?.ToLimits(),
        IsSold = body.IsSold ?? true,
        CreatedAt = before?.CreatedAt ?? now,
        UpdatedAt = now,
    };

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(PaymentJson.Default.UpdatePlanRequest);
        if (body is null)
        {
            return error;
        }

        if (await store.Plans.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchPlan();
        }

        var record = found.Value with
        {
            Name = body.Name ?? found.Value.Name,
            Credits = body.Credits is null ? found.Value.Credits : PackEndpoints.Credits(body.Credits),
            Prices = body.Prices ?? found.Value.Prices,
            Models = body.Models ?? found.Value.Models,
            Limits = body.Limits is null ? found.Value.Limits : body.Limits.ToLimits(),
            IsSold = body.IsSold ?? found.Value.IsSold,
            UpdatedAt = calls.Now,
        };
        error = ConfigurationCalls.Invalid(record.WhatIsWrong()) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        var written = await store.Plans.UpdateAsync(record, found.ETag, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Updated plan", id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!);
        }

        return error;
    }

    private static Task WriteAsync(ManagementCall call, Plan record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(PlanDocument.Of(record), PaymentJson.Default.PlanDocument, status);
    }

    private static HubError NoSuchPlan() => Problem.NotFound("There is no plan with this id.", "plan_not_found");
}
