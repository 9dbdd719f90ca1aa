using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Providers;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>/api/admin/credentials</c>: list, get, create, update, delete, test. Secrets come in and never go out.</summary>
public sealed class CredentialEndpoints(
    ManagementHandler handler, ConfigurationCalls calls, ConnectionTester tester, IConfigurationStore store,
    SecretProtector protector, HubIds ids)
{
    private const int SealTriesMax = 3;
    private const string Setting = "its provider's key";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>GET: those of the settings on the first page, then the stored ones, oldest first; <c>provider</c>.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListCredentials, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetCredential, call => GetAsync(call, id), cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateCredential, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateCredential, id, call => UpdateAsync(call, id), cancellationToken);

    /// <summary>DELETE, If-Match if wanted.</summary>
    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteCredential, id, call => DeleteAsync(call, id), cancellationToken);

    /// <summary>POST: one live call with it.</summary>
    public Task TestAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.TestCredential, id, call => TestAsync(call, id), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var (limit, continuation, provider, error) = ConfigurationCalls.Page(call.Request, ofProvider: true);
        if (error is not null)
        {
            return error;
        }

        var page = await store.Credentials.ListAsync(provider, limit, continuation, call.CancellationToken);
        var settings = OfSettings().Where(item => continuation is null && (provider is null || item.Provider.Id == provider))
            .Select(item => CredentialDocument.Of(item.Provider, item.Credential));
        await call.WriteAsync(
            new RecordPage<CredentialDocument>([.. settings, .. page.Items.Select(item => DocumentOf(item.Value))], page.Continuation),
            ManagementJson.Default.RecordPageCredentialDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string id)
    {
        if (OfSettings().FirstOrDefault(item => item.Credential.Id == id) is { Credential: not null } item)
        {
            await call.WriteAsync(CredentialDocument.Of(item.Provider, item.Credential), ManagementJson.Default.CredentialDocument);
            return null;
        }

        if (await store.Credentials.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return Missing(id);
        }

        await WriteAsync(call, found.Value, found.ETag);
        return null;
    }

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateCredentialRequest);
        if (body is null)
        {
            return error;
        }

        if (body.Kind is not (null or CredentialKind.ApiKey or CredentialKind.None)
            && calls.InForce.Snapshot.FindProvider(body.Provider)?.Vendor is { } vendor && ProviderRecord.CustomVendors.Contains(vendor))
        {
            return Problem.BadRequest("'kind' must be apiKey or none for a custom provider.", "kind");
        }

        var now = calls.Now;
        var record = new CredentialRecord
        {
            Id = CredentialRecord.NewId(ids),
            Provider = body.Provider,
            Name = body.Name,
            Kind = body.Kind ?? CredentialKind.ApiKey,
            Weight = body.Weight ?? 1,
            Tier = body.Tier ?? 0,
            Enabled = body.Enabled ?? true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        (record, var written, error) = await WriteSealedAsync(
            record, body.Secret, sealed_ => store.Credentials.CreateAsync(sealed_, call.CancellationToken), call.CancellationToken);
        error ??= await calls.AfterAsync(call, written!, $"Created credential of {record.Provider}", record.Id);
        if (error is null)
        {
            await WriteAsync(call, record, written!.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateCredentialRequest);
        if (body is null)
        {
            return error;
        }

        if (await store.Credentials.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return Missing(id);
        }

        error = ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.CredentialDocument);
        var record = found.Value with
        {
            Name = body.Name ?? found.Value.Name,
            Weight = body.Weight ?? found.Value.Weight,
            Tier = body.Tier ?? found.Value.Tier,
            Enabled = body.Enabled ?? found.Value.Enabled,
            UpdatedAt = calls.Now,
        };
        (record, var written, error) = await WriteSealedAsync(
            record, body.Secret, sealed_ => store.Credentials.UpdateAsync(sealed_, found.ETag, call.CancellationToken),
            call.CancellationToken);
        error ??= await calls.AfterAsync(call, written!, $"Updated credential of {record.Provider}", id);
        if (error is null)
        {
            await WriteAsync(call, record, written!.ETag!);
        }

        return error;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call, string id)
    {
        Versioned<CredentialRecord>? found;
        try
        {
            found = await store.Credentials.GetAsync(id, call.CancellationToken);
        }
        catch (InvalidDataException)
        {
            // What can't be read must be removable.
            return await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
                call, await store.Credentials.DeleteAsync(id, null, call.CancellationToken), "Deleted unreadable credential", id));
        }

        if (found is null)
        {
            return Missing(id);
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.CredentialDocument);
        return ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false)
            ?? await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
                call, await store.Credentials.DeleteAsync(id, found.ETag, call.CancellationToken),
                $"Deleted credential of {found.Value.Provider}", id));
    }

    private async Task<HubError?> TestAsync(ManagementCall call, string id)
    {
        foreach (var provider in calls.InForce.Snapshot.Providers)
        {
            if (provider.Credentials.FirstOrDefault(credential => credential.Id == id) is { } credential)
            {
                return await tester.RunAsync(call, provider, credential);
            }
        }

        return await store.Credentials.GetAsync(id, call.CancellationToken) is null
            ? Missing(id)
            : ConnectionTester.NotInForce(ConfigurationCalls.StateOf(calls.InForce.Credentials, id));
    }

    /// <summary>Seals the secret, if there is one, and writes; anew when its data key was dropped in between.</summary>
    internal async Task<(CredentialRecord Record, WriteResult? Written, HubError? Error)> WriteSealedAsync(
        CredentialRecord record, string? secret, Func<CredentialRecord, Task<WriteResult>> write, CancellationToken cancellationToken)
    {
        if ((secret is not null || record.Secret is null) && WhatIsWrongWith(record.Kind, secret) is { } wrong)
        {
            return (record, null, wrong);
        }

        WriteResult? written = null;
        for (var i = 0; i < SealTriesMax && written is null or { Status: WriteStatus.DataKeyMissing }; i++)
        {
            if (!string.IsNullOrEmpty(secret))
            {
                var result = await protector.SealAsync(record.Id, record.Kind, secret, cancellationToken);
                if (result.Status != SecretStatus.Done)
                {
                    return (record, null, ErrorOf(result.Status));
                }

                record = record with { Secret = result.Secret, Hint = CredentialSecret.HintOf(record.Kind, secret) };
            }

            if (ConfigurationCalls.Invalid(record.WhatIsWrong()) is { } error)
            {
                return (record, null, error);
            }

            written = await write(record);
        }

        return (record, written, null);
    }

    /// <summary>Null when a credential of this kind may have this secret.</summary>
    internal static HubError? WhatIsWrongWith(CredentialKind kind, string? secret) =>
        CredentialSecret.WhatIsWrong(kind, secret) is { } wrong ? Problem.BadRequest(wrong.Message, wrong.Param)
        : !string.IsNullOrEmpty(secret) && VendorSecret.WhatIsWrong(kind, secret) is { } refused
            ? Problem.BadRequest($"'secret' is wrong: {refused}", "secret")
        : null;

    internal static HubError ErrorOf(SecretStatus status) => status == SecretStatus.MasterKeyUnavailable
        ? new HubError(503, "master_key_unavailable", Blame.Hub, status.Explain(), RetryAfter: RetryAfter)
        : new HubError(409, "secrets_not_kept", Blame.Hub, status.Explain());

    private IEnumerable<(ProviderEntry Provider, CredentialEntry Credential)> OfSettings() =>
        from provider in calls.Settings.Providers
        from credential in provider.Credentials
        where credential.Kind != CredentialKind.None
        select (provider, credential);

    private CredentialDocument DocumentOf(CredentialRecord record) =>
        CredentialDocument.Of(record, ConfigurationCalls.StateOf(calls.InForce.Credentials, record.Id));

    private Task WriteAsync(ManagementCall call, CredentialRecord record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(DocumentOf(record), ManagementJson.Default.CredentialDocument, status);
    }

    private HubError Missing(string id) => OfSettings().Any(item => item.Credential.Id == id)
        ? ConfigurationCalls.ReadOnly(Setting)
        : Problem.NotFound("There is no credential with this id.", "credential_not_found");
}
