using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary><c>/api/admin/packs</c>: what credit can be bought in. A pack that is no longer sold stays, because orders name it.</summary>
public sealed class PackEndpoints(ManagementHandler handler, PaymentGate gate, IConfigurationStore store, ConfigurationCalls calls)
{
    private readonly ProductCalls<CreditPack, PackDocument> _calls = new(
        "pack", handler, gate, calls, store.Packs, record => record.WhatIsWrong(), PackDocument.Of, PaymentJson.Default.PackDocument,
        PaymentJson.Default.RecordPagePackDocument);

    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _calls.ListAsync(request, ManagementRoutes.ListPacks, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        _calls.GetAsync(request, ManagementRoutes.GetPack, id, cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _calls.CreateAsync(
            request, ManagementRoutes.CreatePack, PaymentJson.Default.CreatePackRequest, body => body.Id, body => body.Reason,
            (body, now) => New(body.ToEntry(), now), cancellationToken);

    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        _calls.UpdateAsync(
            request, ManagementRoutes.UpdatePack, id, PaymentJson.Default.UpdatePackRequest, body => body.Reason, Changed,
            cancellationToken);

    /// <summary>What an entry says, unchecked.</summary>
    internal static CreditPack New(PackEntryDocument body, DateTimeOffset now) => new()
    {
        Id = body.Id,
        Name = body.Name,
        Credits = ProductRules.CreditsOf(body.Credits),
        Prices = body.Prices,
        IsSold = body.IsSold ?? true,
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static CreditPack Changed(CreditPack record, UpdatePackRequest body, DateTimeOffset now) => record with
    {
        Name = body.Name ?? record.Name,
        Credits = body.Credits is null ? record.Credits : ProductRules.CreditsOf(body.Credits),
        Prices = body.Prices ?? record.Prices,
        IsSold = body.IsSold ?? record.IsSold,
        UpdatedAt = now,
    };
}
