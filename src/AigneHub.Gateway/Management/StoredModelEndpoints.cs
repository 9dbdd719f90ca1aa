using System.Diagnostics.CodeAnalysis;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Management.Config;
using AigneHub.Gateway.Management.Rates;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>/api/admin/models</c>: list, get, create, update, delete, test. What is stored here stands beside the catalogue, or before
/// its entry of the same name; <c>GET /v1/models</c> lists both together.
/// </summary>
public sealed class StoredModelEndpoints(
    ManagementHandler handler, ConfigurationCalls calls, RateCalls rateCalls, ConnectionTester tester, IConfigurationStore store)
{
    private const string TestSuffix = "/test";

    /// <summary>GET by name; <c>provider</c>.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListStoredModels, ListAsync, cancellationToken);

    /// <param name="id"><c>provider/model</c>.</param>
    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetStoredModel, call => GetAsync(call, id), cancellationToken);

    /// <summary>POST; <c>acceptSuspicious</c>: costs may be more than ten times the present ones, or less than a tenth.</summary>
    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateStoredModel, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match; <c>acceptSuspicious</c>.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateStoredModel, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE, If-Match if wanted.</summary>
    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteStoredModel, id, call => DeleteAsync(call, id), cancellationToken);

    /// <summary>POST: one live call of a model, stored or not.</summary>
    /// <param name="path"><c>provider/model/test</c>.</param>
    public Task TestAsync(HttpRequest request, string path, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.TestStoredModel, ModelOf(path), call => TestAsync(call, path), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var (limit, continuation, provider, error) = ConfigurationCalls.Page(call.Request, ofProvider: true);
        if (error is not null)
        {
            return error;
        }

        var page = await store.Models.ListAsync(provider, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<ModelDocument>([.. page.Items.Select(item => DocumentOf(item.Value))], page.Continuation),
            ManagementJson.Default.RecordPageModelDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id)
    {
        if (await store.Models.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchModel();
        }

        await WriteAsync(call, found.Value, found.ETag);
        return null;
    }

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateModelRequest);
        if (body is null)
        {
            return error;
        }

        (var record, error) = Build(body, null);
        error ??= CheckSuspicious(call, record!) ?? await CheckFreeAsync(record!, call.CancellationToken);
        if (record is null || error is not null)
        {
            return error;
        }

        var written = await store.Models.CreateAsync(record, Change(call, null, record), call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Created model", record.FullName());
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }

    /// <summary>Null when no model is stored whose name differs by case alone: both would be one model to callers.</summary>
    private async Task<HubError?> CheckFreeAsync(ModelRecord record, CancellationToken cancellationToken)
    {
        var name = record.FullName();
        var found = (await StoredRecords.OfAsync(store.Models, record.Provider, cancellationToken))
            .FirstOrDefault(one => one.Value.FullName().Equals(name, StringComparison.OrdinalIgnoreCase));
        return found is null
            ? null
            : new HubError(
                409, "already_exists", Blame.Caller,
                $"There is one with the id '{found.Value.FullName()}'; names that differ by case alone are one model.", "model");
    }

    /// <summary>What an entry says, checked. Exactly one of the results is null.</summary>
    /// <param name="before">What is stored of it, in whichever case; null when it is new.</param>
    internal (ModelRecord? Record, HubError? Error) Build(CreateModelRequest body, ModelRecord? before)
    {
        if (!TryReadRates(body.PricePerMillion, out var rates, out var forms, out var error))
        {
            return (null, error);
        }

        var now = calls.Now;
        var record = new ModelRecord
        {
            Provider = before?.Provider ?? body.Provider,
            Id = before?.Id ?? body.Model,
            Name = body.Name,
            ContextWindow = body.ContextWindow,
            MaxOutput = body.MaxOutput,
            Rates = rates,
            FormRates = forms,
            CatalogueRates = before is not null && AreSame(before.Rates, rates) && AreSame(before.FormRates, forms)
                ? before.CatalogueRates
                : CatalogueRatesOf($"{body.Provider}/{body.Model}"),
            InputModalities = body.InputModalities,
            Limits = body.Limits?.ToLimits(),
            Enabled = body.Enabled ?? true,
            CreatedAt = before?.CreatedAt ?? now,
            UpdatedAt = now,
        };
        error = Check(record);
        return error is null ? (record, null) : (null, error);
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateModelRequest);
        if (body is null || !TryReadRates(body.PricePerMillion, out var rates, out var forms, out error))
        {
            return error;
        }

        if (await store.Models.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchModel();
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.ModelDocument);
        var record = found.Value with
        {
            Name = body.Name ?? found.Value.Name,
            ContextWindow = body.ContextWindow ?? found.Value.ContextWindow,
            MaxOutput = body.MaxOutput ?? found.Value.MaxOutput,
            Rates = body.PricePerMillion is null ? found.Value.Rates : rates,
            FormRates = body.PricePerMillion is null ? found.Value.FormRates : forms,
            CatalogueRates = body.PricePerMillion is null ? found.Value.CatalogueRates : CatalogueRatesOf(found.Value.FullName()),
            InputModalities = body.InputModalities ?? found.Value.InputModalities,
            Limits = body.Limits is null ? found.Value.Limits : body.Limits.ToLimits(),
            Enabled = body.Enabled ?? found.Value.Enabled,
            UpdatedAt = calls.Now,
        };
        error = Check(record) ?? (body.PricePerMillion is null ? null : CheckSuspicious(call, record))
            ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        var written = await store.Models.UpdateAsync(
            record, found.ETag, Change(call, found.Value, record), call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Updated model", id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!);
        }

        return error;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call, string id)
    {
        if (await store.Models.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchModel();
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.ModelDocument);
        return ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false)
            ?? await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
                call,
                await store.Models.DeleteAsync(id, found.ETag, Change(call, found.Value, null), call.CancellationToken),
                "Deleted model", id));
    }

    private async Task<HubError?> TestAsync(ManagementCall call, string path) =>
        path.EndsWith(TestSuffix, StringComparison.Ordinal)
            ? await tester.RunAsync(call, ModelOf(path))
            : Problem.NotFound("Tests are POST /api/admin/models/{provider}/{model}/test.");

    private static string ModelOf(string testPath) =>
        testPath.EndsWith(TestSuffix, StringComparison.Ordinal) ? testPath[..^TestSuffix.Length] : testPath;

    /// <summary>What the catalogue has for it, or would have without the record.</summary>
    private IReadOnlyDictionary<string, long> CatalogueRatesOf(string fullName) => RateLines.Of(
        calls.InForce.CatalogueCosts.TryGetValue(fullName, out var hidden)
            ? hidden
            : calls.InForce.Snapshot.FindModel(fullName) is { } model && model.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase)
                ? model.Costs
                : null);

    /// <summary>Null when the costs stay as they are.</summary>
    internal PriceChange? Change(ManagementCall call, ModelRecord? before, ModelRecord? after)
    {
        var (old, next) = (CostsOf(before), CostsOf(after));
        return RateChange.Between(old, next).Count == 0
            ? null
            : rateCalls.Change(
                call, PriceChangeKind.Cost, (after ?? before)!.FullName(), null, RateChangeDocument.TextsOf(old),
                RateChangeDocument.TextsOf(next));
    }

    private static IReadOnlyDictionary<string, long> CostsOf(ModelRecord? record) =>
        record is { Enabled: true } ? RateLines.Of(record.Price()) : RateLines.Of(null);

    /// <summary>Against what the model costs now, wherever that comes from.</summary>
    private HubError? CheckSuspicious(ManagementCall call, ModelRecord record) => RateCalls.CheckSuspicious(
        call, RateLines.Of(calls.InForce.Snapshot.FindModel(record.FullName())?.Costs), RateLines.Of(record.Price()));

    private static bool AreSame<T>(IReadOnlyDictionary<T, long> some, IReadOnlyDictionary<T, long> others) =>
        some.Count == others.Count && some.All(one => others.TryGetValue(one.Key, out var other) && other == one.Value);

    private static HubError? Check(ModelRecord record) => record.InputModalities?.Any(modality => modality is null) == true
        ? Problem.BadRequest("'inputModalities' must hold texts.", "inputModalities")
        : ConfigurationCalls.Invalid(record.WhatIsWrong());

    private static bool TryReadRates(
        IReadOnlyDictionary<string, string>? prices, out Dictionary<UnitKind, long> rates, out Dictionary<string, long> forms,
        [NotNullWhen(false)] out HubError? error)
    {
        rates = [];
        forms = [];
        error = null;
        foreach (var (name, price) in prices ?? new Dictionary<string, string>())
        {
            var field = $"pricePerMillion.{name}";
            if (!RateKey.TryParse(name, out var key))
            {
                error = Problem.BadRequest($"'{field}': there is no such kind of unit.", field);
                return false;
            }

            if (price is null || !Nano.TryParse(price, out var rate))
            {
                error = Problem.BadRequest(
                    $"'{field}' must be a text with an amount in whole units of at most 9 decimals, such as \"1.25\".", field);
                return false;
            }

            if (key.Form is null)
            {
                rates[key.Kind] = rate;
            }
            else
            {
                forms[name] = rate;
            }
        }

        return true;
    }

    private ModelDocument DocumentOf(ModelRecord record) =>
        ModelDocument.Of(record, ConfigurationCalls.StateOf(calls.InForce.Models, record.FullName()));

    private Task WriteAsync(ManagementCall call, ModelRecord record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(DocumentOf(record), ManagementJson.Default.ModelDocument, status);
    }

    private static HubError NoSuchModel() => Problem.NotFound("No model of this id is stored.", "model_not_found");
}
