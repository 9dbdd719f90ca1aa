using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary><c>/api/admin/packs</c>: what credit can be bought in. A pack that is no longer sold stays, because orders name it.</summary>
public sealed class PackEndpoints(
    ManagementHandler handler, PaymentGate gate, IConfigurationStore store, ConfigurationCalls calls)
{
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListPacks, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetPack, call => GetAsync(call, id), cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreatePack, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdatePack, call => UpdateAsync(call, id), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if ((gate.Check(needsProvider: false) ?? error) is { } refused)
        {
            return refused;
        }

        var page = await store.Packs.ListAsync(null, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<PackDocument>([.. page.Items.Select(item => PackDocument.Of(item.Value))], page.Continuation),
            PaymentJson.Default.RecordPagePackDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id)
    {
        if (gate.Check(needsProvider: false) is { } refused)
        {
            return refused;
        }

        if (await store.Packs.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchPack();
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

        var (body, error) = await call.ReadAsync(PaymentJson.Default.CreatePackRequest);
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

        var written = await store.Packs.CreateAsync(record, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Created pack", body.Id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }

    /// <summary>What an entry says, unchecked; it was made when <paramref name="before"/> was, if there is one.</summary>
    internal static CreditPack Build(CreatePackRequest body, CreditPack? before, DateTimeOffset now) => new()
    {
        Id = body.Id,
        Name = body.Name,
        Credits = Credits(body.Credits),
        Prices = body.Prices,
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

        var (body, error) = await call.ReadAsync(PaymentJson.Default.UpdatePackRequest);
        if (body is null)
        {
            return error;
        }

        if (await store.Packs.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchPack();
        }

        var record = found.Value with
        {
            Name = body.Name ?? found.Value.Name,
            Credits = body.Credits is null ? found.Value.Credits : Credits(body.Credits),
            Prices = body.Prices ?? found.Value.Prices,
            IsSold = body.IsSold ?? found.Value.IsSold,
            UpdatedAt = calls.Now,
        };
        error = ConfigurationCalls.Invalid(record.WhatIsWrong()) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        var written = await store.Packs.UpdateAsync(record, found.ETag, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Updated pack", id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!);
        }

        return error;
    }

    /// <summary>0, which no product may have, when it can't be read.</summary>
    internal static long Credits(string text) => Nano.TryParse(text, out var nano) ? nano : 0;

    private static Task WriteAsync(ManagementCall call, CreditPack record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(PackDocument.Of(record), PaymentJson.Default.PackDocument, status);
    }

    private static HubError NoSuchPack() => Problem.NotFound("There is no pack with this id.", "pack_not_found");
}
