using System.Security.Cryptography;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;

namespace AigneHub.Gateway.Management.Config;

/// <summary>The lists of a configuration document that say where calls go: providers, credentials, models, aliases.</summary>
public sealed class RoutingSections(
    ConfigurationCalls calls, IConfigurationStore store, ProviderEndpoints providers, CredentialEndpoints credentials,
    StoredModelEndpoints models, SecretReferences secrets, SecretProtector protector)
{
    internal ConfigSection<CreateProviderRequest, ProviderRecord> Providers() => new("providers")
    {
        EntriesOf = file => file.Providers,
        Type = ConfigJson.Default.CreateProviderRequest,
        KeyOfEntry = entry => entry.Id,
        KeyOf = record => record.Id,
        ReadAsync = cancellationToken => StoredRecords.AllAsync(store.Providers, cancellationToken),
        EntryOf = record => new CreateProviderRequest(
            record.Id, record.Vendor, record.DisplayName, record.BaseUrl, record.Rank, record.Enabled),
        BuildAsync = BuildAsync,
        CreateAsync = async (call, record) => calls.Written(
            call, await store.Providers.CreateAsync(record, call.CancellationToken), "Created provider", record.Id),
        UpdateAsync = async (call, record, before) => calls.Written(
            call, await store.Providers.UpdateAsync(record, before.ETag, call.CancellationToken), "Updated provider", record.Id),
        DeleteAsync = async (call, gone) => calls.Written(
            call, await store.Providers.DeleteAsync(gone.Value.Id, gone.ETag, call.CancellationToken), "Deleted provider", gone.Value.Id),
    };

    internal ConfigSection<CredentialEntryDocument, CredentialRecord> Credentials()
    {
        // Of those whose secret is another one: the reference and what it stands for.
        var changed = new Dictionary<string, (string Reference, string Secret)>();
        var twice = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var taken = new HashSet<string>();
        return new("credentials")
        {
            EntriesOf = file => file.Credentials,
            Type = ConfigJson.Default.CredentialEntryDocument,
            KeyOfEntry = entry => entry.Id ?? $"{entry.Provider}/{entry.Name}",
            KeyOf = record => twice.Contains($"{record.Provider}/{record.Name}") ? record.Id : $"{record.Provider}/{record.Name}",
            ReadAsync = async cancellationToken =>
            {
                var all = await StoredRecords.AllAsync(store.Credentials, cancellationToken);
                twice.Clear();
                taken.Clear();
                taken.UnionWith(all.Select(one => one.Value.Id));
                twice.UnionWith(all.GroupBy(one => $"{one.Value.Provider}/{one.Value.Name}", StringComparer.OrdinalIgnoreCase)
                    .Where(group => group.Count() > 1).Select(group => group.Key));
                return all;
            },
            EntryOf = record => new CredentialEntryDocument(
                record.Provider, record.Name, record.Kind,
                !CredentialSecret.IsNeeded(record.Kind) ? null
                    : record.Secret is null ? changed.GetValueOrDefault(record.Id).Reference : SecretReferences.Keep,
                record.Weight, record.Tier, record.Enabled,
                twice.Contains($"{record.Provider}/{record.Name}") ? record.Id : null),
            BuildAsync = async (entry, before, cancellationToken) => before is null && twice.Contains($"{entry.Provider}/{entry.Name}")
                ? (null, Problem.BadRequest("Several credentials have this provider and name: say by 'id' which one it is.", "id"))
                : await BuildAsync(entry, before, taken, changed, cancellationToken),
            CreateAsync = async (call, record) =>
            {
                var (_, written, error) = await credentials.WriteSealedAsync(
                    record, changed.GetValueOrDefault(record.Id).Secret,
                    sealed_ => store.Credentials.CreateAsync(sealed_, call.CancellationToken), call.CancellationToken);
                return error ?? calls.Written(call, written!, $"Created credential of {record.Provider}", record.Id);
            },
            UpdateAsync = async (call, record, before) =>
            {
                var (_, written, error) = await credentials.WriteSealedAsync(
                    record, changed.GetValueOrDefault(record.Id).Secret,
                    sealed_ => store.Credentials.UpdateAsync(sealed_, before.ETag, call.CancellationToken), call.CancellationToken);
                return error ?? calls.Written(call, written!, $"Updated credential of {record.Provider}", record.Id);
            },
            DeleteAsync = async (call, gone) => calls.Written(
                call, await store.Credentials.DeleteAsync(gone.Value.Id, gone.ETag, call.CancellationToken),
                $"Deleted credential of {gone.Value.Provider}", gone.Value.Id),
        };
    }

    internal ConfigSection<CreateModelRequest, ModelRecord> Models() => new("models")
    {
        EntriesOf = file => file.Models,
        Type = ConfigJson.Default.CreateModelRequest,
        KeyOfEntry = entry => $"{entry.Provider}/{entry.Model}",
        KeyOf = record => record.FullName(),
        ReadAsync = cancellationToken => StoredRecords.AllAsync(store.Models, cancellationToken),
        EntryOf = record => new CreateModelRequest(
            record.Provider, record.Id, record.Name, record.ContextWindow, record.MaxOutput, TextsOf(record), record.InputModalities,
            record.Enabled, RateLimitsDocument.Of(record.Limits)),
        BuildAsync = (entry, before, _) => Task.FromResult(models.Build(entry, before)),
        CreateAsync = async (call, record) => calls.Written(
            call, await store.Models.CreateAsync(record, models.Change(call, null, record), call.CancellationToken),
            "Created model", record.FullName()),
        UpdateAsync = async (call, record, before) => calls.Written(
            call,
            await store.Models.UpdateAsync(record, before.ETag, models.Change(call, before.Value, record), call.CancellationToken),
            "Updated model", record.FullName()),
        DeleteAsync = async (call, gone) => calls.Written(
            call,
            await store.Models.DeleteAsync(
                gone.Value.FullName(), gone.ETag, models.Change(call, gone.Value, null), call.CancellationToken),
            "Deleted model", gone.Value.FullName()),
    };

    internal ConfigSection<CreateAliasRequest, AliasRecord> Aliases() => new("aliases")
    {
        EntriesOf = file => file.Aliases,
        Type = ConfigJson.Default.CreateAliasRequest,
        KeyOfEntry = entry => entry.Name,
        KeyOf = record => record.Alias.Name,
        ReadAsync = cancellationToken => StoredRecords.AllAsync(store.Aliases, cancellationToken),
        EntryOf = record => new CreateAliasRequest(
            record.Alias.Name, [.. record.Alias.Targets.Select(AliasDocument.Of)], record.Alias.Policy, record.Alias.SessionAffinity,
            record.Alias.Fallbacks),
        BuildAsync = (entry, before, _) => Task.FromResult(AliasEndpoints.Build(entry, before, calls.Now)),
        CreateAsync = async (call, record) => calls.Written(
            call, await store.Aliases.CreateAsync(record, call.CancellationToken), "Created alias", record.Alias.Name),
        UpdateAsync = async (call, record, before) => calls.Written(
            call, await store.Aliases.UpdateAsync(record, before.ETag, call.CancellationToken), "Updated alias", record.Alias.Name),
        DeleteAsync = async (call, gone) => calls.Written(
            call, await store.Aliases.DeleteAsync(gone.Value.Alias.Name, gone.ETag, call.CancellationToken),
            "Deleted alias", gone.Value.Alias.Name),
    };

    private static Dictionary<string, string>? TextsOf(ModelRecord record) =>
        record.Rates.Select(rate => KeyValuePair.Create(UnitKinds.Name(rate.Key), rate.Value)).Concat(record.FormRates)
            .ToDictionary(rate => rate.Key, rate => Nano.ToDecimalString(rate.Value)) is { Count: > 0 } texts ? texts : null;

    private async Task<(ProviderRecord?, HubError?)> BuildAsync(
        CreateProviderRequest entry, ProviderRecord? before, CancellationToken cancellationToken)
    {
        var record = providers.Build(entry, before);
        var error = providers.Check(record)
            ?? (before is not null && before.Vendor != record.Vendor
                ? Problem.BadRequest("'vendor' never changes. Take another id.", "vendor")
                : before is null
                    ? await providers.CheckFreeAsync(record.Id, cancellationToken)
                    : await providers.CheckHostAsync(before, record, cancellationToken));
        return error is null ? (record, null) : (null, error);
    }

    private async Task<(CredentialRecord?, HubError?)> BuildAsync(
        CredentialEntryDocument entry, CredentialRecord? before, HashSet<string> taken,
        Dictionary<string, (string Reference, string Secret)> changed, CancellationToken cancellationToken)
    {
        if (entry.Id is not null && before is null)
        {
            return (null, Problem.BadRequest(
                "There is no credential of this id that 'id' is needed for. Leave it out: provider and name say which it is.", "id"));
        }

        if (before is not null && before.Provider != entry.Provider)
        {
            // Else a sealed secret would go to whatever server the other provider is.
            return (null, Problem.BadRequest("'provider' never changes. Enter the secret anew for the other provider.", "provider"));
        }

        if (entry.Id is not null && entry.Id != before!.Id)
        {
            return (null, Problem.BadRequest("'id' must be the credential's id.", "id"));
        }

        var kind = entry.Kind ?? CredentialKind.ApiKey;
        if (before is not null && before.Kind != kind)
        {
            return (null, Problem.BadRequest("'kind' never changes. Take another name.", "kind"));
        }

        var now = calls.Now;
        var record = new CredentialRecord
        {
            Id = before?.Id ?? NewId(entry, taken),
            Provider = entry.Provider,
            Name = entry.Name,
            Kind = kind,
            Secret = before?.Secret,
            Hint = before?.Hint ?? "",
            Weight = entry.Weight ?? 1,
            Tier = entry.Tier ?? 0,
            Enabled = entry.Enabled ?? true,
            CreatedAt = before?.CreatedAt ?? now,
            UpdatedAt = now,
        };
        if (await ReferAsync(record, entry.SecretRef, changed, cancellationToken) is { } error)
        {
            return (null, error);
        }

        if (changed.ContainsKey(record.Id))
        {
            record = record with { Secret = null };
        }

        // Of one without its secret nothing but the secret is missing: it is sealed when it is written.
        var wrong = record.WhatIsWrong();
        return wrong is { Param: not "secret" } ? (null, Problem.BadRequest(wrong.Value.Message, wrong.Value.Param)) : (record, null);
    }

    /// <summary>
    /// The same for all who create it at the same time, so that only one of them does; another one where it was once another's name.
    /// </summary>
    private static string NewId(CredentialEntryDocument entry, HashSet<string> taken)
    {
        for (var i = 0; ; i++)
        {
            var id = CredentialRecord.IdOf($"{entry.Provider}/{entry.Name}/{i}".ToLowerInvariant());
            if (!taken.Contains(id))
            {
                return id;
            }
        }
    }

    private async Task<HubError?> ReferAsync(
        CredentialRecord record, string? reference, Dictionary<string, (string Reference, string Secret)> changed,
        CancellationToken cancellationToken)
    {
        if (!CredentialSecret.IsNeeded(record.Kind))
        {
            return reference is null ? null : Problem.BadRequest("A credential of this kind has no secret.", "secretRef");
        }

        if (reference is null or SecretReferences.Keep)
        {
            return record.Secret is not null ? null : Problem.BadRequest(
                "The hub has no secret for it yet: 'secretRef' must name one.", "secretRef", "secret_not_found");
        }

        var (secret, error) = secrets.Resolve(reference, record.Provider);
        if (secret is null)
        {
            return error;
        }

        if (CredentialEndpoints.WhatIsWrongWith(record.Kind, secret) is { } wrong)
        {
            return wrong with { Param = "secretRef" };
        }

        if (record.Secret is not { } stored || !await IsSameAsync(record, stored, secret, cancellationToken))
        {
            changed[record.Id] = (reference, secret);
        }

        return null;
    }

    private async Task<bool> IsSameAsync(CredentialRecord record, SealedSecret stored, string secret, CancellationToken cancellationToken)
    {
        var opened = await protector.OpenAsync(record.Id, record.Kind, stored, cancellationToken);
        return opened.Status == SecretStatus.Done
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(opened.Secret!), Encoding.UTF8.GetBytes(secret));
    }
}
