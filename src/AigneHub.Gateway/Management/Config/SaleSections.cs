using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Management.Rates;
using AigneHub.Gateway.Payments;

namespace AigneHub.Gateway.Management.Config;

/// <summary>The lists of a configuration document that say what is sold for what: margins, overrides, packs, plans.</summary>
public sealed class SaleSections(
    ConfigurationCalls calls, RateCalls rates, IConfigurationStore store, MarginEndpoints margins, PriceOverrideEndpoints overrides,
    PaymentGate gate)
{
    internal ConfigSection<MarginsEntryDocument, PriceRulesRecord> Margins(ConfigFile? file) => new("margins")
    {
        IsSingle = true,
        EntriesOf = file => file.Margins is { } one ? [one] : null,
        Type = ConfigJson.Default.MarginsEntryDocument,
        KeyOfEntry = _ => PriceRulesRecord.Id,
        KeyOf = _ => PriceRulesRecord.Id,
        ReadAsync = async cancellationToken =>
            await store.PriceRules.GetAsync(PriceRulesRecord.Id, cancellationToken) is { } found ? [found] : [],
        EntryOf = record =>
        {
            var document = MarginEndpoints.DocumentOf(record);
            return new MarginsEntryDocument(document.Margins, document.CreditPrices);
        },
        BuildAsync = (entry, before, _) => Task.FromResult(Build(entry, before, file)),
        CreateAsync = async (call, record) => calls.Written(
            call, await margins.WriteAsync(call, null, record, file?.Reason), "Changed margins", PriceRulesRecord.Id),
        UpdateAsync = async (call, record, before) => calls.Written(
            call, await margins.WriteAsync(call, before, record, file?.Reason), "Changed margins", PriceRulesRecord.Id),
    };

    internal ConfigSection<OverrideEntryDocument, PriceOverrideRecord> Overrides(ConfigFile? file) => new("overrides")
    {
        EntriesOf = file => file.Overrides,
        Type = ConfigJson.Default.OverrideEntryDocument,
        KeyOfEntry = entry => entry.Model,
        KeyOf = record => record.Model,
        ReadAsync = cancellationToken => StoredRecords.AllAsync(store.PriceOverrides, cancellationToken),
        EntryOf = record => new OverrideEntryDocument(record.Model, RateChangeDocument.TextsOf(record.Prices), record.Reason),
        BuildAsync = (entry, before, _) => Task.FromResult(Build(entry, before)),
        CreateAsync = (call, record) => WriteAsync(call, record, null, file),
        UpdateAsync = (call, record, before) => WriteAsync(call, record, before, file),
        DeleteAsync = async (call, gone) => calls.Written(
            call,
            await store.PriceOverrides.DeleteAsync(
                gone.Value.Model, gone.ETag, overrides.ChangeOf(call, gone.Value, null, file?.Reason), call.CancellationToken),
            "Deleted prices of", gone.Value.Model),
    };

    internal ConfigSection<PackEntryDocument, CreditPack> Packs() => new("packs")
    {
        EntriesOf = file => file.Packs,
        Type = ConfigJson.Default.PackEntryDocument,
        KeyOfEntry = entry => entry.Id,
        KeyOf = record => record.Id,
        ReadAsync = cancellationToken => StoredRecords.AllAsync(store.Packs, cancellationToken),
        EntryOf = record => new PackEntryDocument(
            record.Id, record.Name, Nano.ToDecimalString(record.Credits), record.Prices, record.IsSold),
        BuildAsync = (entry, before, _) =>
        {
            var record = PackEndpoints.New(entry, calls.Now);
            record = before is null ? record : record with { CreatedAt = before.CreatedAt };
            return Task.FromResult(Judge(record, gate.Check(needsProvider: false) ?? ConfigurationCalls.Invalid(record.WhatIsWrong())));
        },
        CreateAsync = async (call, record) => calls.Written(
            call, await store.Packs.CreateAsync(record, call.CancellationToken), "Created pack", record.Id),
        UpdateAsync = async (call, record, before) => calls.Written(
            call, await store.Packs.UpdateAsync(record, before.ETag, call.CancellationToken), "Updated pack", record.Id),
    };

    internal ConfigSection<PlanEntryDocument, Plan> Plans() => new("plans")
    {
        EntriesOf = file => file.Plans,
        Type = ConfigJson.Default.PlanEntryDocument,
        KeyOfEntry = entry => entry.Id,
        KeyOf = record => record.Id,
        ReadAsync = cancellationToken => StoredRecords.AllAsync(store.Plans, cancellationToken),
        EntryOf = record => new PlanEntryDocument(
            record.Id, record.Name, Nano.ToDecimalString(record.Credits), record.Prices, record.Models,
            RateLimitsDocument.Of(record.Limits), record.IsSold),
        BuildAsync = (entry, before, _) =>
        {
            var record = PlanEndpoints.New(entry, calls.Now);
            record = before is null ? record : record with { CreatedAt = before.CreatedAt };
            return Task.FromResult(Judge(record, gate.Check(needsProvider: false) ?? ConfigurationCalls.Invalid(record.WhatIsWrong())));
        },
        CreateAsync = async (call, record) => calls.Written(
            call, await store.Plans.CreateAsync(record, call.CancellationToken), "Created plan", record.Id),
        UpdateAsync = async (call, record, before) => calls.Written(
            call, await store.Plans.UpdateAsync(record, before.ETag, call.CancellationToken), "Updated plan", record.Id),
    };

    private static (T? Record, HubError? Error) Judge<T>(T record, HubError? error)
        where T : class => error is null ? (record, null) : (null, error);

    private (PriceRulesRecord?, HubError?) Build(MarginsEntryDocument entry, PriceRulesRecord? before, ConfigFile? file)
    {
        if (rates.CheckMode() is { } refused)
        {
            return (null, refused);
        }

        var request = new UpdateMarginsRequest(
            entry.Margins.ToDictionary(one => one.Key, one => (string?)one.Value),
            entry.CreditPrices.ToDictionary(one => one.Key, one => (string?)one.Value));
        return margins.TryMerge(null, request, scope => IsIn(file, scope) || IsStored(before, scope), out var record, out var error)
            ? (record, null)
            : (null, error);
    }

    /// <summary>Whether a provider, or the provider of a model, comes with the document.</summary>
    private static bool IsIn(ConfigFile? file, string scope) =>
        file?.Providers?.Any(provider => provider is not null && provider.Id == scope.Split('/')[0]) == true;

    /// <summary>What is stored may be sent back, though its provider or model has gone since.</summary>
    private static bool IsStored(PriceRulesRecord? before, string scope) =>
        before?.Margins.Keys.Contains(scope, StringComparer.OrdinalIgnoreCase) == true;

    private (PriceOverrideRecord?, HubError?) Build(OverrideEntryDocument entry, PriceOverrideRecord? before)
    {
        if (rates.CheckMode() is { } refused)
        {
            return (null, refused);
        }

        if (!PriceText.TryRead(entry.PricePerMillion, out var prices, out var error))
        {
            return (null, error);
        }

        var record = new PriceOverrideRecord
        {
            Model = before?.Model ?? overrides.FindModel(entry.Model)?.FullName ?? entry.Model,
            Prices = prices,
            Costs = before?.Costs ?? new Dictionary<string, long>(),
            Reason = entry.Reason,
            CreatedAt = before?.CreatedAt ?? calls.Now,
            UpdatedAt = calls.Now,
        };
        return Judge(record, ConfigurationCalls.Invalid(record.WhatIsWrong()));
    }

    /// <summary>After the models of the same document: what one costs is known only then.</summary>
    private async Task<HubError?> WriteAsync(
        ManagementCall call, PriceOverrideRecord record, Versioned<PriceOverrideRecord>? before, ConfigFile? file)
    {
        if (overrides.FindModel(record.Model) is null)
        {
            await calls.RefreshAsync(call.CancellationToken);
        }

        if (overrides.FindModel(record.Model) is not { } entry)
        {
            return Problem.BadRequest(
                "There is no model of this name. Name it 'provider/model' as GET /api/admin/rates does.", "model", "model_not_found");
        }

        record = record with { Model = entry.FullName, Costs = RateLines.Of(entry.Costs) };
        var change = overrides.ChangeOf(call, before?.Value, record, record.Reason ?? file?.Reason);
        var written = before is null
            ? await store.PriceOverrides.CreateAsync(record, change, call.CancellationToken)
            : await store.PriceOverrides.UpdateAsync(record, before.ETag, change, call.CancellationToken);
        return calls.Written(call, written, "Set prices of", entry.FullName);
    }
}
