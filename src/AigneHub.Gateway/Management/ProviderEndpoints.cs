using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Routing.Health;
using AigneHub.Gateway.Management.Config;
using AigneHub.Providers;
using AigneHub.Providers.Configuration;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>/api/admin/providers</c>: list, get, create, update, delete, test.</summary>
public sealed class ProviderEndpoints(
    ManagementHandler handler, ConfigurationCalls calls, ConnectionTester tester, IConfigurationStore store,
    HealthBoard health, UpstreamOptions upstream)
{
    private const int AliasesShownMax = 5;
    private const string Setting = "its key or base URL";
    private static readonly string[] Vendors = [.. ProviderTable.Rows.Select(row => row.Id)];

    /// <summary>GET: those of the settings on the first page, then the stored ones by id.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListProviders, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetProvider, call => GetAsync(call, id), cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateProvider, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateProvider, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE, If-Match if wanted: with its credentials and models, unless an alias names it.</summary>
    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteProvider, id, call => DeleteAsync(call, id), cancellationToken);

    /// <summary>POST: one live call with the provider's first credential.</summary>
    public Task TestAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.TestProvider, id, call => TestAsync(call, id), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if (error is not null)
        {
            return error;
        }

        var page = await store.Providers.ListAsync(null, limit, continuation, call.CancellationToken);
        var settings = continuation is null ? calls.Settings.Providers.Select(ProviderDocument.Of) : [];
        await call.WriteAsync(
            new RecordPage<ProviderDocument>([.. settings, .. page.Items.Select(item => DocumentOf(item.Value))], page.Continuation),
            ManagementJson.Default.RecordPageProviderDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id)
    {
        if (await store.Providers.GetAsync(id, call.CancellationToken) is { } found)
        {
            await WriteAsync(call, found.Value, found.ETag);
            return null;
        }

        if (calls.Settings.Find(id) is not { } provider)
        {
            return NoSuchProvider();
        }

        await call.WriteAsync(ProviderDocument.Of(provider), ManagementJson.Default.ProviderDocument);
        return null;
    }

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateProviderRequest);
        if (body is null)
        {
            return error;
        }

        var record = Build(body, null);
        error = Check(record) ?? await CheckFreeAsync(record.Id, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        var written = await store.Providers.CreateAsync(record, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Created provider", record.Id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }

    /// <summary>What an entry says, unchecked; it was made when <paramref name="before"/> was, if there is one.</summary>
    internal ProviderRecord Build(CreateProviderRequest body, ProviderRecord? before)
    {
        var now = calls.Now;
        return new ProviderRecord
        {
            Id = body.Id,
            Vendor = body.Vendor,
            DisplayName = body.DisplayName,
            BaseUrl = body.BaseUrl,
            Rank = body.Rank,
            Enabled = body.Enabled ?? true,
            CreatedAt = before?.CreatedAt ?? now,
            UpdatedAt = now,
        };
    }

    /// <summary>
    /// Null when no provider of the settings has this id, and no secret is stored for one that they had: it was entered for that one's
    /// server, and would go to this one's.
    /// </summary>
    internal async Task<HubError?> CheckFreeAsync(string id, CancellationToken cancellationToken) =>
        calls.Settings.Find(id) is not null
            ? new HubError(
                409, "provider_in_settings", Blame.Caller,
                $"The hub's settings configure the provider {id}. Take another id, or take it out of the settings.", "id")
            : await HasSecretsAsync(id, cancellationToken)
                ? new HubError(
                    409, "credentials_bound_to_host", Blame.Caller,
                    $"Credentials of a provider {id} are stored that was configured elsewhere. Delete them first, and enter them again "
                    + "after.",
                    "id")
                : null;

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateProviderRequest);
        if (body is null)
        {
            return error;
        }

        if (await store.Providers.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return Missing(id);
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.ProviderDocument);
        var record = found.Value with
        {
            DisplayName = Changed(body.DisplayName, found.Value.DisplayName),
            BaseUrl = Changed(body.BaseUrl, found.Value.BaseUrl),
            Rank = body.Rank ?? found.Value.Rank,
            Enabled = body.Enabled ?? found.Value.Enabled,
            UpdatedAt = calls.Now,
        };
        error = Check(record) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true)
            ?? await CheckHostAsync(found.Value, record, call.CancellationToken);
        if (error is not null)
        {
            return error;
        }

        var written = await store.Providers.UpdateAsync(record, found.ETag, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Updated provider", id);
        if (error is null)
        {
            if (record.BaseUrl != found.Value.BaseUrl && calls.InForce.Snapshot.FindProvider(id) is { } provider)
            {
                // What another address said of the credentials.
                foreach (var credential in provider.Credentials)
                {
                    health.Readmit(provider.Id, credential);
                }
            }

            await WriteAsync(call, record, written.ETag!);
        }

        return error;
    }

    /// <summary>Who can change the configuration must not come by the vendor's keys by sending them to a server of their own.</summary>
    internal async Task<HubError?> CheckHostAsync(ProviderRecord before, ProviderRecord after, CancellationToken cancellationToken)
    {
        if (before.BaseUrl == after.BaseUrl || ServerOf(before) == ServerOf(after))
        {
            return null;
        }

        return await HasSecretsAsync(before.Id, cancellationToken)
            ? new HubError(
                409, "credentials_bound_to_host", Blame.Caller,
                $"The provider {before.Id} has credentials that were entered for {ServerOf(before)}. Delete them first, and enter "
                + "them again after the change.", "baseUrl")
            : null;
    }

    private async Task<bool> HasSecretsAsync(string provider, CancellationToken cancellationToken) =>
        (await StoredRecords.OfAsync(store.Credentials, provider, cancellationToken)).Any(one => one.Value.Secret is not null);

    /// <summary>Scheme, host and port; null when this version of the hub can't use the base URL.</summary>
    private string? ServerOf(ProviderRecord record) => CustomVendors.Find(record.Vendor) is { } row
        ? BaseUrl.Of(record, row, upstream.PrivateNetworks).Url?.GetLeftPart(UriPartial.Authority)
        : null;

    private async Task<HubError?> DeleteAsync(ManagementCall call, string id)
    {
        if (await store.Providers.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return Missing(id);
        }

        if (ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false) is { } changed)
        {
            return changed;
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.ProviderDocument);
        // Under a provider of the settings, aliases keep their meaning.
        var aliases = calls.Settings.Find(id) is not null ? [] : AliasesOf(id).Take(AliasesShownMax + 1).ToArray();
        if (aliases.Length > 0)
        {
            var shown = string.Join(", ", aliases.Take(AliasesShownMax)) + (aliases.Length > AliasesShownMax ? ", …" : "");
            return new HubError(409, "in_use", Blame.Caller, $"Aliases name models of the provider {id}: {shown}. Change them first.");
        }

        var removed = new RemovedWithDocument(
            [.. (await StoredRecords.OfAsync(store.Credentials, id, call.CancellationToken)).Select(one => one.Value.Id)],
            [.. (await StoredRecords.OfAsync(store.Models, id, call.CancellationToken)).Select(one => one.Value.FullName())]);
        call.After(removed, ManagementJson.Default.RemovedWithDocument);
        return await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
            call, await store.Providers.DeleteAsync(id, found.ETag, call.CancellationToken), "Deleted provider", id));
    }

    private async Task<HubError?> TestAsync(ManagementCall call, string id)
    {
        if (calls.InForce.Snapshot.FindProvider(id) is { } provider)
        {
            return await tester.RunAsync(call, provider, provider.Credentials[0]);
        }

        return await store.Providers.GetAsync(id, call.CancellationToken) is null
            ? NoSuchProvider()
            : ConnectionTester.NotInForce(ConfigurationCalls.StateOf(calls.InForce.Providers, id));
    }

    private IEnumerable<string> AliasesOf(string provider) => calls.InForce.Snapshot.Aliases.Values
        .Where(alias => alias.Targets.Select(target => target.Model).Concat(alias.Fallbacks)
            .Any(model => model.StartsWith(provider + "/", StringComparison.OrdinalIgnoreCase)))
        .Select(alias => alias.Name)
        .Order(StringComparer.Ordinal);

    internal HubError? Check(ProviderRecord record)
    {
        if (ConfigurationCalls.Invalid(record.WhatIsWrong(Vendors)) is { } error)
        {
            return error;
        }

        var (_, wrong) = BaseUrl.Of(record, CustomVendors.Find(record.Vendor)!, upstream.PrivateNetworks);
        return wrong is null ? null : Problem.BadRequest(wrong, "baseUrl");
    }

    private static string? Changed(string? given, string? before) => given is null ? before : given.Length == 0 ? null : given;

    private ProviderDocument DocumentOf(ProviderRecord record) => ProviderDocument.Of(
        record, CustomVendors.Find(record.Vendor)?.DefaultBaseUrl ?? "", ConfigurationCalls.StateOf(calls.InForce.Providers, record.Id));

    private Task WriteAsync(ManagementCall call, ProviderRecord record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(DocumentOf(record), ManagementJson.Default.ProviderDocument, status);
    }

    private HubError Missing(string id) =>
        calls.Settings.Find(id) is null ? NoSuchProvider() : ConfigurationCalls.ReadOnly(Setting);

    private static HubError NoSuchProvider() => Problem.NotFound("There is no provider with this id.", "provider_not_found");
}
