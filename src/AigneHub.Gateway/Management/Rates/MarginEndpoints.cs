using System.Diagnostics.CodeAnalysis;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>
/// <c>/api/admin/rates/margins</c>: the margins and credit prices, and a change of them for many models at once, which is tried
/// before it is made.
/// </summary>
public sealed class MarginEndpoints(ManagementHandler handler, RateCalls calls, IConfigurationStore store)
{
    public Task GetAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetMargins, GetAsync, cancellationToken);

    /// <summary>POST: says what would change; with <c>dryRun=false</c> and If-Match, changes it.</summary>
    public Task UpdateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateMargins, UpdateAsync, cancellationToken);

    private async Task<HubError?> GetAsync(ManagementCall call)
    {
        if (new Query(call.Request).Error is { } error)
        {
            return error;
        }

        var found = await store.PriceRules.GetAsync(PriceRulesRecord.Id, call.CancellationToken);
        call.Request.HttpContext.Response.Headers.ETag = found?.ETag ?? RateCalls.NothingStored;
        await call.WriteAsync(DocumentOf(found?.Value), ManagementJson.Default.MarginsDocument);
        return null;
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "dryRun");
        var dryRun = query.Flag("dryRun", fallback: true);
        if ((query.Error ?? calls.CheckMode()) is { } refused)
        {
            return refused;
        }

        if (dryRun)
        {
            call.IsDryRun();
        }

        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateMarginsRequest);
        if (body is null)
        {
            return error;
        }

        var found = await store.PriceRules.GetAsync(PriceRulesRecord.Id, call.CancellationToken);
        var etag = found?.ETag ?? RateCalls.NothingStored;
        error = Reason.Check(body.Reason, isNeeded: !dryRun)
            ?? (dryRun ? null : ConfigurationCalls.CheckIfMatch(call, etag, isNeeded: true));
        if (error is not null || !TryMerge(found?.Value, body, isToCome: null, out var record, out error))
        {
            return error;
        }

        await calls.CatchUpAsync(calls.InForce.Prices.Rules?.UpdatedAt != found?.Value.UpdatedAt, call.CancellationToken);
        (var report, error) = Compare(record, dryRun);
        if (report is null)
        {
            return error;
        }

        if (!dryRun)
        {
            var written = await WriteAsync(call, found, record, body.Reason);
            error = await calls.AfterAsync(call, written, "Changed margins", PriceRulesRecord.Id);
            etag = written.ETag ?? etag;
        }

        if (error is null)
        {
            call.Request.HttpContext.Response.Headers.ETag = etag;
            await call.WriteAsync(report, ManagementJson.Default.MarginsReport);
        }

        return error;
    }

    internal Task<WriteResult> WriteAsync(ManagementCall call, Versioned<PriceRulesRecord>? found, PriceRulesRecord record, string? reason)
    {
        var (before, after) = (TextsOf(found?.Value), TextsOf(record));
        var names = before.Keys.Union(after.Keys)
            .Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)).ToHashSet();
        var change = calls.Change(
            call, PriceChangeKind.Rules, null, reason, before.Where(line => names.Contains(line.Key)).ToDictionary(),
            after.Where(line => names.Contains(line.Key)).ToDictionary());
        return found is null
            ? store.PriceRules.CreateAsync(record, change, call.CancellationToken)
            : store.PriceRules.UpdateAsync(record, found.ETag, change, call.CancellationToken);
    }

    /// <param name="isToCome">Whether a scope that is not there yet comes with the same document; null: none does.</param>
    internal bool TryMerge(
        PriceRulesRecord? before, UpdateMarginsRequest body, Func<string, bool>? isToCome, [NotNullWhen(true)] out PriceRulesRecord? record,
        [NotNullWhen(false)] out HubError? error)
    {
        record = null;
        var margins = new Dictionary<string, long>(before?.Margins ?? new Dictionary<string, long>(), StringComparer.OrdinalIgnoreCase);
        foreach (var (scope, percent) in body.Margins ?? new Dictionary<string, string?>())
        {
            var field = $"margins.{scope}";
            margins.Remove(scope);
            if (percent is not null && !Margin.TryParse(percent, out _))
            {
                error = Problem.BadRequest(PriceRulesRecord.MarginRule(field), field);
                return false;
            }

            if (percent is not null && !IsScope(scope) && isToCome?.Invoke(scope) != true)
            {
                error = Problem.BadRequest(
                    $"'{field}': there is no such provider or model here. A scope is '*', a provider's id or provider/model.", field,
                    "unknown_scope");
                return false;
            }

            if (percent is not null && Margin.TryParse(percent, out var margin))
            {
                margins[scope] = margin.PartsPerMillion;
            }
        }

        var creditPrices = new Dictionary<string, long>(before?.CreditPrices ?? new Dictionary<string, long>());
        foreach (var (currency, price) in body.CreditPrices ?? new Dictionary<string, string?>())
        {
            var field = $"creditPrices.{currency}";
            creditPrices.Remove(currency);
            if (price is not null && !Nano.TryParse(price, out _))
            {
                error = Problem.BadRequest(PriceRulesRecord.CreditPriceRule(field), field);
                return false;
            }

            if (price is not null && Nano.TryParse(price, out var nano))
            {
                creditPrices[currency] = nano;
            }
        }

        var merged = new PriceRulesRecord { Margins = margins, CreditPrices = creditPrices, UpdatedAt = calls.Now };
        error = ConfigurationCalls.Invalid(merged.WhatIsWrong());
        record = error is null ? merged : null;
        return error is null;
    }

    private bool IsScope(string scope) => scope == PriceRules.Everything
        || (scope.Contains('/', StringComparison.Ordinal)
            ? FindModel(scope) is not null
            : calls.InForce.Snapshot.FindProvider(scope) is not null);

    /// <summary>By its own name: a rule that names a model by another one would not be found again.</summary>
    private ModelEntry? FindModel(string fullName) => calls.InForce.Snapshot.RateCard.Entries.FirstOrDefault(
        model => model.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase));

    private (MarginsReport? Report, HubError? Error) Compare(PriceRulesRecord record, bool dryRun)
    {
        var rules = (calls.InForce.Prices with { Rules = record }).ToRules();
        var models = calls.InForce.Snapshot.RateCard.Entries.Where(model => model.Costs is not null || model.Rates is not null).ToList();
        if (models.Find(model => model.Costs is not null && rules.PriceOf(model, model.Costs) is null) is { } beyond)
        {
            return (null, Problem.BadRequest(
                $"The price of {beyond.FullName} would be too high to be counted with. Raise the price of a credit.",
                code: "price_too_high"));
        }

        var diffs = models.Select(model => RateView.DiffOf(model, rules, model.Costs)).OfType<PriceDiff>()
            .OrderBy(diff => diff.Model, StringComparer.Ordinal).ToList();
        var changed = diffs.Count(diff => diff.Rates.Count > 0);
        return (new MarginsReport(
            dryRun, DocumentOf(record), changed, models.Count - changed, Warnings(diffs), [.. diffs.Take(DriftDocument.ItemsMax)]), null);
    }

    private static IReadOnlyList<string> Warnings(List<PriceDiff> diffs)
    {
        var below = diffs.Where(diff => diff.BelowCost is not null).ToList();
        return below.Count == 0
            ? []
            : [$"{below.Count} models would be sold below what the vendor charges, {below[0].Model} among them: see 'belowCost'."];
    }

    internal static MarginsDocument DocumentOf(PriceRulesRecord? record) => new(
        (record?.Margins ?? new Dictionary<string, long>())
            .OrderBy(margin => margin.Key, StringComparer.Ordinal)
            .ToDictionary(margin => margin.Key, margin => new Margin(margin.Value).ToString()),
        new CreditPrices(record?.CreditPrices ?? new Dictionary<string, long>()).ByCurrency
            .ToDictionary(price => price.Key, price => Nano.ToDecimalString(price.Value)),
        record?.UpdatedAt);

    private static Dictionary<string, string> TextsOf(PriceRulesRecord? record) =>
        (record?.Margins ?? new Dictionary<string, long>())
        .Select(margin => KeyValuePair.Create($"margins.{margin.Key}", new Margin(margin.Value).ToString()))
        .Concat((record?.CreditPrices ?? new Dictionary<string, long>())
            .Select(price => KeyValuePair.Create($"creditPrices.{price.Key}", Nano.ToDecimalString(price.Value))))
        .ToDictionary();
}
