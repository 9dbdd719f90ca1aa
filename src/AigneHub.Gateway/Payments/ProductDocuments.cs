using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Management;

namespace AigneHub.Gateway.Payments;

/// <param name="Credits">Whole units.</param>
/// <param name="Prices">Minor units (cents) by currency, e.g. <c>{"usd":1000}</c>.</param>
internal sealed record PackEntryDocument(
    string Id, string Name, string Credits, IReadOnlyDictionary<string, long> Prices, bool? IsSold = null);

/// <param name="Credits">Whole units.</param>
/// <param name="Prices">Minor units (cents) by currency, e.g. <c>{"usd":1000}</c>.</param>
/// <param name="Reason">Why; 1 to 200 characters, needed.</param>
internal sealed record CreatePackRequest(
    string Id, string Name, string Credits, IReadOnlyDictionary<string, long> Prices, bool? IsSold = null, string? Reason = null)
{
    public PackEntryDocument ToEntry() => new(Id, Name, Credits, Prices, IsSold);
}

/// <summary>What is absent stays as it is.</summary>
/// <param name="Reason">Why; 1 to 200 characters, needed.</param>
internal sealed record UpdatePackRequest(
    string? Name = null, string? Credits = null, IReadOnlyDictionary<string, long>? Prices = null, bool? IsSold = null,
    string? Reason = null);

internal sealed record PackDocument(
    string Id, string Name, string Credits, IReadOnlyDictionary<string, long> Prices, bool IsSold, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static PackDocument Of(CreditPack pack) => new(
        pack.Id, pack.Name, Nano.ToDecimalString(pack.Credits), pack.Prices, pack.IsSold, pack.CreatedAt, pack.UpdatedAt);
}

/// <param name="Credits">Whole units for each paid month; what is not used expires with it.</param>
/// <param name="Prices">Minor units (cents) a month by currency.</param>
/// <param name="Models">Names or <c>prefix*</c> patterns that its accounts may call; all when absent or empty.</param>
/// <param name="Limits">Of all calls of an account together.</param>
internal sealed record PlanEntryDocument(
    string Id, string Name, string Credits, IReadOnlyDictionary<string, long> Prices, IReadOnlyList<string>? Models = null,
    RateLimitsDocument? Limits = null, bool? IsSold = null);

/// <param name="Credits">Whole units for each paid month; what is not used expires with it.</param>
/// <param name="Prices">Minor units (cents) a month by currency.</param>
/// <param name="Models">Names or <c>prefix*</c> patterns that its accounts may call; all when absent or empty.</param>
/// <param name="Limits">Of all calls of an account together.</param>
/// <param name="Reason">Why; 1 to 200 characters, needed.</param>
internal sealed record CreatePlanRequest(
    string Id, string Name, string Credits, IReadOnlyDictionary<string, long> Prices, IReadOnlyList<string>? Models = null,
    RateLimitsDocument? Limits = null, bool? IsSold = null, string? Reason = null)
{
    public PlanEntryDocument ToEntry() => new(Id, Name, Credits, Prices, Models, Limits, IsSold);
}

/// <summary>What is absent stays as it is. Prices and credits hold for new subscriptions, models and limits for all.</summary>
/// <param name="Reason">Why; 1 to 200 characters, needed.</param>
internal sealed record UpdatePlanRequest(
    string? Name = null, string? Credits = null, IReadOnlyDictionary<string, long>? Prices = null, IReadOnlyList<string>? Models = null,
    RateLimitsDocument? Limits = null, bool? IsSold = null, string? Reason = null);

internal sealed record PlanDocument(
    string Id, string Name, string Credits, IReadOnlyDictionary<string, long> Prices, IReadOnlyList<string> Models,
    RateLimitsDocument? Limits, bool IsSold, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static PlanDocument Of(Plan plan) => new(
        plan.Id, plan.Name, Nano.ToDecimalString(plan.Credits), plan.Prices, plan.Models, RateLimitsDocument.Of(plan.Limits), plan.IsSold,
        plan.CreatedAt, plan.UpdatedAt);
}

/// <summary>What can be bought.</summary>
internal sealed record OffersDocument(IReadOnlyList<PackDocument> Packs, IReadOnlyList<PlanDocument> Plans);
