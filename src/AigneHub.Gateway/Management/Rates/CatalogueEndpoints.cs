using System.Globalization;
using System.Security.Cryptography;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Catalogue;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>
/// <c>/api/admin/rates/catalogue</c>: which catalogue of models and unit costs is in force, and putting another one there without a
/// new version of the hub.
/// </summary>
public sealed class CatalogueEndpoints(
    ManagementHandler handler, RateCalls calls, IConfigurationStore store, IRateCardStore documents)
{
    private const int VersionDigits = 32;
    private static readonly IReadOnlyDictionary<string, string> BuiltIn = new Dictionary<string, string> { ["source"] = "builtIn" };
    private readonly Lazy<PriceCatalogue> _builtIn = new(() => PriceCatalogue.Load());

    public Task GetAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetCatalogue, GetAsync, cancellationToken);

    /// <summary>
    /// POST a document as <c>eng/catalogue</c> writes it: says what would change; with <c>dryRun=false</c> and If-Match, puts it in
    /// force.
    /// </summary>
    public Task UpdateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateCatalogue, UpdateAsync, cancellationToken);

    /// <summary>DELETE, If-Match if wanted: the built-in catalogue is in force again.</summary>
    public Task DeleteAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteCatalogue, DeleteAsync, cancellationToken);

    private async Task<HubError?> GetAsync(ManagementCall call)
    {
        if (new Query(call.Request).Error is { } error)
        {
            return error;
        }

        var found = await FindAsync(call);
        var uploaded = calls.InForce.Catalogue;
        var inForce = uploaded ?? _builtIn.Value;
        call.Request.HttpContext.Response.Headers.ETag = found?.ETag ?? RateCalls.NothingStored;
        await call.WriteAsync(
            new CatalogueDocument(
                uploaded is null ? CatalogueSource.BuiltIn : CatalogueSource.Uploaded, inForce.AsOf, found?.Value.Version,
                inForce.Models.Count, found?.Value.UpdatedAt, _builtIn.Value.AsOf,
                uploaded is null ? null : Drift(CatalogueDrift.Between(uploaded, _builtIn.Value), _builtIn.Value)),
            ManagementJson.Default.CatalogueDocument);
        return null;
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "dryRun", RateCalls.AcceptSuspicious);
        var dryRun = query.Flag("dryRun", fallback: true);
        var acceptSuspicious = query.Flag(RateCalls.AcceptSuspicious, fallback: false);
        if (query.Error is { } refused)
        {
            return refused;
        }

        if (dryRun)
        {
            call.IsDryRun();
        }

        var (document, error) = await call.ReadBytesAsync(CatalogueCheck.BytesMax);
        if (document is null)
        {
            return error;
        }

        var (catalogue, wrong) = CatalogueCheck.Read(document);
        if (catalogue is null)
        {
            return Problem.BadRequest($"This is not a catalogue. {wrong}", code: "invalid_catalogue");
        }

        var found = await FindAsync(call);
        var etag = found?.ETag ?? RateCalls.NothingStored;
        var drift = CatalogueDrift.Between(calls.InForce.Catalogue ?? _builtIn.Value, catalogue);
        var version = Convert.ToHexStringLower(SHA256.HashData(document))[..VersionDigits];
        if (!dryRun)
        {
            error = ConfigurationCalls.CheckIfMatch(call, etag, isNeeded: true)
                ?? (drift.IsSuspicious && !acceptSuspicious ? Suspicious(drift) : null);
            if (error is not null)
            {
                return error;
            }

            await documents.PutCatalogueAsync(version, document, call.CancellationToken);
            var written = await WriteAsync(call, found, catalogue, version, drift);
            error = await calls.AfterAsync(call, written, "Put catalogue in force", version);
            etag = written.ETag ?? etag;
        }

        if (error is null)
        {
            call.Request.HttpContext.Response.Headers.ETag = etag;
            await call.WriteAsync(
                new CatalogueReport(dryRun, catalogue.AsOf, version, catalogue.Models.Count, Drift(drift, catalogue)),
                ManagementJson.Default.CatalogueReport);
        }

        return error;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call)
    {
        if (await FindAsync(call) is not { } found)
        {
            return Problem.NotFound("No catalogue was uploaded: the built-in one is in force.", "catalogue_not_found");
        }

        var change = calls.Change(call, PriceChangeKind.Catalogue, null, null, TextsOf(found.Value), BuiltIn);
        return ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false)
            ?? await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
                call, await store.Catalogues.DeleteAsync(CatalogueRecord.Id, found.ETag, change, call.CancellationToken),
                "Took away catalogue", found.Value.Version));
    }

    /// <summary>What is stored; it is in force here afterwards.</summary>
    private async Task<Versioned<CatalogueRecord>?> FindAsync(ManagementCall call)
    {
        var found = await store.Catalogues.GetAsync(CatalogueRecord.Id, call.CancellationToken);
        await calls.CatchUpAsync(calls.InForce.Prices.Catalogue?.Version != found?.Value.Version, call.CancellationToken);
        return found;
    }

    private Task<WriteResult> WriteAsync(
        ManagementCall call, Versioned<CatalogueRecord>? found, PriceCatalogue catalogue, string version, CatalogueDrift drift)
    {
        var record = new CatalogueRecord { Version = version, AsOf = catalogue.AsOf, UpdatedAt = calls.Now };
        var after = new Dictionary<string, string>(TextsOf(record));
        foreach (var kind in Enum.GetValues<DriftKind>())
        {
            after[kind.ToString().ToLowerInvariant()] = drift.Count(kind).ToString(CultureInfo.InvariantCulture);
        }

        var change = calls.Change(
            call, PriceChangeKind.Catalogue, null, null, found is null ? BuiltIn : TextsOf(found.Value), after);
        return found is null
            ? store.Catalogues.CreateAsync(record, change, call.CancellationToken)
            : store.Catalogues.UpdateAsync(record, found.ETag, change, call.CancellationToken);
    }

    private static Dictionary<string, string> TextsOf(CatalogueRecord record) =>
        new() { ["source"] = "uploaded", ["asOf"] = record.AsOf, ["version"] = record.Version };

    /// <summary>With the overrides that the new costs would leave behind.</summary>
    private DriftDocument Drift(CatalogueDrift drift, PriceCatalogue catalogue)
    {
        var inForce = calls.InForce;
        var costs = catalogue.Models.ToDictionary(model => model.FullName, model => model.Rates, StringComparer.OrdinalIgnoreCase);
        var below = inForce.Snapshot.RateCard.Entries
            .Where(model => inForce.Rules.OverrideOf(model.FullName) is not null && !inForce.StoredCosts.ContainsKey(model.FullName))
            .Select(model => RateView.DiffOf(
                model, inForce.Rules,
                costs.GetValueOrDefault($"{inForce.Snapshot.FindProvider(model.Provider)?.Vendor}/{model.Id}")))
            .OfType<PriceDiff>().Where(diff => diff.BelowCost is not null)
            .OrderBy(diff => diff.Model, StringComparer.Ordinal);
        return DriftDocument.Of(drift, [.. below]);
    }

    private static HubError Suspicious(CatalogueDrift drift)
    {
        var first = drift.Models.FirstOrDefault(model => model.Kind == DriftKind.Changed && model.Rates.Any(rate => rate.IsSuspicious));
        var what = first is null
            ? "It lacks more than half of the models in force"
            : $"The cost of {first.Model} ('{first.Rates.First(rate => rate.IsSuspicious).Line}') would change by more than "
                + $"{RateChange.SuspiciousFactor} times";
        return RateCalls.Suspicious($"{what}: probably a slip of a unit or of the file. Look at the dry run; if it is right");
    }
}
