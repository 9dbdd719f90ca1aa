using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>/api/admin/aliases</c>: list, get, create, update, delete, test.</summary>
public sealed class AliasEndpoints(
    ManagementHandler handler, ConfigurationCalls calls, ConnectionTester tester, IConfigurationStore store)
{
    /// <summary>GET by name.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListAliases, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string name, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetAlias, call => GetAsync(call, name), cancellationToken);

    public Task CreateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.CreateAlias, CreateAsync, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(HttpRequest request, string name, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.UpdateAlias, name, call => UpdateAsync(call, name), cancellationToken);

    /// <summary>DELETE, If-Match if wanted.</summary>
    public Task DeleteAsync(HttpRequest request, string name, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DeleteAlias, name, call => DeleteAsync(call, name), cancellationToken);

    /// <summary>POST: one live call of the target that comes first.</summary>
    public Task TestAsync(HttpRequest request, string name, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.TestAlias, name, call => TestAsync(call, name), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if (error is not null)
        {
            return error;
        }

        var page = await store.Aliases.ListAsync(null, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<AliasDocument>([.. page.Items.Select(item => DocumentOf(item.Value))], page.Continuation),
            ManagementJson.Default.RecordPageAliasDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, string name)
    {
        if (await store.Aliases.GetAsync(name, call.CancellationToken) is not { } found)
        {
            return NoSuchAlias();
        }

        await WriteAsync(call, found.Value, found.ETag);
        return null;
    }

    private async Task<HubError?> CreateAsync(ManagementCall call)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateAliasRequest);
        if (body is null)
        {
            return error;
        }

        (var record, error) = Build(body, null, calls.Now);
        if (record is null)
        {
            return error;
        }

        var written = await store.Aliases.CreateAsync(record, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Created alias", body.Name);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }

    /// <summary>What an entry says, checked. Exactly one of the results is null.</summary>
    /// <param name="before">What is stored of it; null when it is new.</param>
    internal static (AliasRecord? Record, HubError? Error) Build(CreateAliasRequest body, AliasRecord? before, DateTimeOffset now)
    {
        if (CheckElements(body.Targets, body.Fallbacks) is { } refused)
        {
            return (null, refused);
        }

        var alias = new ModelAlias
        {
            Name = body.Name,
            Policy = body.Policy ?? RoutePolicy.Priority,
            SessionAffinity = body.SessionAffinity ?? false,
            Targets = TargetsOf(body.Targets),
            Fallbacks = body.Fallbacks ?? [],
        };
        var record = new AliasRecord { Alias = alias, CreatedAt = before?.CreatedAt ?? now, UpdatedAt = now };
        return ConfigurationCalls.Invalid(record.WhatIsWrong()) is { } error ? (null, error) : (record, null);
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, string name)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateAliasRequest);
        if (body is null)
        {
            return error;
        }

        if (await store.Aliases.GetAsync(name, call.CancellationToken) is not { } found)
        {
            return NoSuchAlias();
        }

        error = CheckElements(body.Targets, body.Fallbacks);
        if (error is not null)
        {
            return error;
        }

        var before = found.Value.Alias;
        call.Before(DocumentOf(found.Value), ManagementJson.Default.AliasDocument);
        var record = found.Value with
        {
            Alias = before with
            {
                Policy = body.Policy ?? before.Policy,
                SessionAffinity = body.SessionAffinity ?? before.SessionAffinity,
                Targets = body.Targets is null ? before.Targets : TargetsOf(body.Targets),
                Fallbacks = body.Fallbacks ?? before.Fallbacks,
            },
            UpdatedAt = calls.Now,
        };
        error = ConfigurationCalls.Invalid(record.WhatIsWrong()) ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        var written = await store.Aliases.UpdateAsync(record, found.ETag, call.CancellationToken);
        error = await calls.AfterAsync(call, written, "Updated alias", before.Name);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!);
        }

        return error;
    }

    private async Task<HubError?> DeleteAsync(ManagementCall call, string name)
    {
        if (await store.Aliases.GetAsync(name, call.CancellationToken) is not { } found)
        {
            return NoSuchAlias();
        }

        call.Before(DocumentOf(found.Value), ManagementJson.Default.AliasDocument);
        return ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: false)
            ?? await ConfigurationCalls.NoContentAsync(call, calls.AfterAsync(
                call, await store.Aliases.DeleteAsync(name, found.ETag, call.CancellationToken), "Deleted alias", name));
    }

    private async Task<HubError?> TestAsync(ManagementCall call, string name)
    {
        if (calls.InForce.Snapshot.Aliases.ContainsKey(name))
        {
            return await tester.RunAsync(call, name);
        }

        return await store.Aliases.GetAsync(name, call.CancellationToken) is null
            ? NoSuchAlias()
            : ConnectionTester.NotInForce(ConfigurationCalls.StateOf(calls.InForce.Aliases, name));
    }

    /// <summary>JSON's null can stand where the types have none.</summary>
    private static HubError? CheckElements(IReadOnlyList<AliasTargetDocument>? targets, IReadOnlyList<string>? fallbacks)
    {
        if (fallbacks?.Any(fallback => fallback is null) == true)
        {
            return Problem.BadRequest("'fallbacks' must hold texts.", "fallbacks");
        }

        for (var i = 0; i < targets?.Count; i++)
        {
            if (targets[i] is not { } target || (target.When is { } when && HasNull(when)))
            {
                return Problem.BadRequest($"'targets[{i}]' must be an object, without null in its lists.", $"targets[{i}]");
            }
        }

        return null;
    }

    private static bool HasNull(ConditionDocument when) =>
        when.Headers?.Values.Contains(null) == true || when.Metadata?.Values.Contains(null) == true
        || when.KeyTags?.Contains(null) == true || when.Modalities?.Contains(null) == true;

    private static IReadOnlyList<AliasTarget> TargetsOf(IReadOnlyList<AliasTargetDocument> targets) =>
    [
        .. targets.Select(target => new AliasTarget
        {
            Model = target.Model,
            Weight = target.Weight ?? 1,
            Tier = target.Tier ?? 0,
            When = target.When is { } when ? ConditionOf(when) : null,
        }),
    ];

    private static RouteCondition ConditionOf(ConditionDocument when) => new()
    {
        Headers = when.Headers ?? new Dictionary<string, string>(),
        Metadata = when.Metadata ?? new Dictionary<string, string>(),
        KeyTags = when.KeyTags ?? [],
        Modalities = when.Modalities ?? [],
        InputTokensMin = when.InputTokensMin,
        InputTokensMax = when.InputTokensMax,
    };

    private AliasDocument DocumentOf(AliasRecord record) =>
        AliasDocument.Of(record, ConfigurationCalls.StateOf(calls.InForce.Aliases, record.Alias.Name));

    private Task WriteAsync(ManagementCall call, AliasRecord record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(DocumentOf(record), ManagementJson.Default.AliasDocument, status);
    }

    private static HubError NoSuchAlias() => Problem.NotFound("There is no alias of this name.", "alias_not_found");
}
