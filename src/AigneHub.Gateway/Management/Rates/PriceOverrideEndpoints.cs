using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Rates;

/// <summary><c>/api/admin/rates/overrides/{model}</c>: get, put, delete the prices of one model that are set by hand.</summary>
public sealed class PriceOverrideEndpoints(ManagementHandler handler, RateCalls calls, IConfigurationStore store)
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <param name="model"><c>provider/model</c>.</param>
    public Task GetAsync(HttpRequest request, string model, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetPriceOverride, call => GetAsync(call, model), cancellationToken);

    /// <summary>PUT; If-Match where there is one; <c>acceptSuspicious</c>.</summary>
    public Task PutAsync(HttpRequest request, string model, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.PutPriceOverride, model, call => PutAsync(call, model), cancellationToken);

    /// <summary>DELETE with <c>reason</c>, If-Match if wanted: the margins hold again.</summary>
    public Task DeleteAsync(HttpRequest request, string model, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeletePriceOverride, model, call => DeleteAsync(call, model), cancellationToken);

    private async Task<HubError?> GetAsync(ManagementCall call, string model)
    {
        if (await store.PriceOverrides.GetAsync(model, call.CancellationToken) is not { } found)
        {
            return NoSuchOverride();
        }

        await WriteAsync(call, found.Value, found.ETag, StatusCodes.Status200OK);
        return null;
    }

    private async Task<HubError?> PutAsync(ManagementCall call, string model)
    {
        if (calls.CheckMode() is { } refused)
        {
            return refused;
        }

        var (body, error) = await call.ReadAsync(ManagementJson.Default.PutOverrideRequest);
        if (body is null || !PriceText.TryRead(body.PricePerMillion, out var prices, out error))
        {
            return error;
        }

        if (FindModel(model) is not { } entry)
        {
            return Problem.NotFound(
                "There is no model of this name. Name it 'provider/model' as GET /api/admin/rates does.", "model_not_found");
        }

        var found = await store.PriceOverrides.GetAsync(entry.FullName, call.CancellationToken);
        var record = new PriceOverrideRecord
        {
            Model = entry.FullName,
            Prices = prices,
            Costs = RateLines.Of(entry.Costs),
            Reason = body.Reason,
            CreatedAt = found?.Value.CreatedAt ?? calls.Now,
            UpdatedAt = calls.Now,
        };
        error = Reason.Check(body.Reason, isNeeded: true) ?? ConfigurationCalls.Invalid(record.WhatIsWrong())
            ?? RateCalls.CheckSuspicious(call, RateLines.Of(entry.Rates), prices)
            ?? ConfigurationCalls.CheckIfMatch(call, found?.ETag ?? RateCalls.NothingStored, isNeeded: found is not null);
        if (error is not null)
        {
            return error;
        }

        var change = ChangeOf(call, found?.Value, record, body.Reason);
        var written = found is null
            ? await store.PriceOverrides.CreateAsync(record, change, call.CancellationToken)
            : await store.PriceOverrides.UpdateAsync(record, found.ETag, change, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Set prices of", entry.FullName);
        if (error is null)
        {
            await WriteAsync(
                call, record, written.ETag!, found is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }

        return error;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call, string model)
    {
        var query = new Query(call.Request, "reason");
        var reason = query.Text("reason");
        if ((query.Error ?? Reason.Check(reason, isNeeded: true)) is { } error)
        {
            return error;
        }

        if (await store.PriceOverrides.GetAsync(model, call.CancellationToken) is not { } found)
        {
            return NoSuchOverride();
        }

        var change = ChangeOf(call, found.Value, null, reason);
        return ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false)
            ?? await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
                call, await store.PriceOverrides.DeleteAsync(model, found.ETag, change, call.CancellationToken),
                "Deleted prices of", found.Value.Model));
    }

    /// <summary>By the model's own name: a price by another one would not be found.</summary>
    internal ModelEntry? FindModel(string fullName) => calls.InForce.Snapshot.RateCard.Entries.FirstOrDefault(
        model => model.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The entry of the history; one of the two records may be null.</summary>
    internal PriceChange ChangeOf(
        ManagementCall call, PriceOverrideRecord? before, PriceOverrideRecord? after, string? reason) => calls.Change(
        call, PriceChangeKind.Override, (after ?? before)!.Model, reason,
        before is null ? Nothing : RateChangeDocument.TextsOf(before.Prices),
        after is null ? Nothing : RateChangeDocument.TextsOf(after.Prices));

    private Task WriteAsync(ManagementCall call, PriceOverrideRecord record, string etag, int status)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        var rate = FindModel(record.Model) is { } model ? new RateView(calls.InForce).Of(model) : RateView.Dormant(record);
        var below = rate.BelowCost is null ? Nothing.Keys : rate.BelowCost;
        return call.WriteAsync(
            new OverrideDocument(
                rate, RateChangeDocument.TextsOf(record.Prices),
                [.. below.Select(line => $"The price of '{line}' is below what the vendor charges.")]),
            ManagementJson.Default.OverrideDocument, status);
    }

    private static HubError NoSuchOverride() => Problem.NotFound("No prices of this model are set by hand.", "override_not_found");
}
