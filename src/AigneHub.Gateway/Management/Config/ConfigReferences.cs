using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;

namespace AigneHub.Gateway.Management.Config;

/// <summary>What the entries of a configuration document need of each other, seen before any of them is written.</summary>
internal static class ConfigReferences
{
    /// <summary>Null when each credential and model has its provider, and no alias names one that goes.</summary>
    public static HubError? Check(ConfigFile file, bool prune, IReadOnlyList<ConfigSection> sections, ConfigurationCalls calls)
    {
        var stored = StoredOf<ProviderRecord>(sections).Select(provider => provider.Id).ToHashSet();
        var named = file.Providers?.Select(provider => provider.Id).ToHashSet();
        var gone = prune && named is not null ? stored.Except(named).ToHashSet() : [];
        var providers = stored.Except(gone).Concat(named ?? []).Concat(calls.Settings.Providers.Select(one => one.Id)).ToHashSet();
        bool IsUnchanged(string list, int i) => sections.Single(section => section.Name == list).IsUnchanged(i);
        for (var i = 0; i < file.Credentials?.Count; i++)
        {
            var provider = file.Credentials[i].Provider;
            if (!providers.Contains(provider) && (gone.Contains(provider) || !IsUnchanged("credentials", i)))
            {
                return Missing($"credentials[{i}].provider", provider);
            }
        }

        for (var i = 0; i < file.Models?.Count; i++)
        {
            var provider = file.Models[i].Provider;
            if (!providers.Contains(provider) && (gone.Contains(provider) || !IsUnchanged("models", i)))
            {
                return Missing($"models[{i}].provider", provider);
            }
        }

        if (CheckGone(file, gone, sections) is { } kept)
        {
            return kept;
        }

        // Which models a provider has that comes with the document is known when it is there.
        var models = calls.InForce.Snapshot.RateCard.Entries.Select(model => model.FullName)
            .Concat(file.Models?.Select(model => $"{model.Provider}/{model.Model}") ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var added = (named ?? []).Except(stored).ToHashSet();
        for (var i = 0; i < file.Overrides?.Count; i++)
        {
            var model = file.Overrides[i].Model;
            if (!models.Contains(model) && !added.Contains(model.Split('/')[0]) && !IsUnchanged("overrides", i))
            {
                return Problem.BadRequest(
                    $"'overrides[{i}].model': there is no model {model}, neither in the document nor on the hub.", $"overrides[{i}].model",
                    "model_not_found");
            }
        }

        var plans = sections.OfType<IStoredSection<Plan>>().SelectMany(section => section.Stored).Select(plan => plan.Id).Concat(
            file.Plans?.Select(plan => plan.Id) ?? []).ToHashSet();
        for (var i = 0; i < file.Accounts?.Count; i++)
        {
            if (file.Accounts[i].Plan is { } plan && !plans.Contains(plan) && !IsUnchanged("accounts", i))
            {
                return Problem.BadRequest(
                    $"'accounts[{i}].plan': there is no plan {plan}, neither in the document nor on the hub.", $"accounts[{i}].plan",
                    "plan_not_found");
            }
        }

        gone.ExceptWith(calls.Settings.Providers.Select(one => one.Id));
        var said = file.Aliases?.Select(alias => alias.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        var staying = prune && file.Aliases is not null
            ? []
            : StoredOf<AliasRecord>(sections).Where(record => !said.Contains(record.Alias.Name));
        var names = (file.Aliases ?? []).Select(
                alias => (alias.Name, Models: alias.Targets.Select(target => target.Model).Concat(alias.Fallbacks ?? [])))
            .Concat(staying.Select(
                record => (record.Alias.Name, Models: record.Alias.Targets.Select(target => target.Model).Concat(record.Alias.Fallbacks))));
        foreach (var (name, targets) in names)
        {
            if (targets.FirstOrDefault(one => gone.Contains(one.Split('/')[0])) is { } target)
            {
                return new HubError(
                    409, "in_use", Blame.Caller,
                    $"The alias {name} names {target}, whose provider is not in the document and would be deleted. Change the alias.",
                    "aliases");
            }
        }

        return null;
    }

    /// <summary>
    /// A provider takes its credentials and models along, and secrets can't be had back: what goes with it must be said by the document,
    /// and is a change of its own then.
    /// </summary>
    private static HubError? CheckGone(ConfigFile file, HashSet<string> gone, IReadOnlyList<ConfigSection> sections)
    {
        var credentials = file.Credentials?.Select(one => one.Provider) ?? StoredOf<CredentialRecord>(sections).Select(one => one.Provider);
        var models = file.Models?.Select(one => one.Provider) ?? StoredOf<ModelRecord>(sections).Select(one => one.Provider);
        foreach (var (list, owners) in new[] { ("credentials", credentials), ("models", models) })
        {
            if (owners.FirstOrDefault(gone.Contains) is { } provider)
            {
                return new HubError(
                    409, "in_use", Blame.Caller,
                    $"The provider {provider} is not in the document and would be deleted, and its {list} with it. Put the list "
                    + $"'{list}' into the document, without those, or the provider.", "providers");
            }
        }

        return null;
    }

    private static IReadOnlyList<TRecord> StoredOf<TRecord>(IReadOnlyList<ConfigSection> sections) =>
        sections.OfType<IStoredSection<TRecord>>().Single().Stored;

    private static HubError Missing(string field, string provider) => Problem.BadRequest(
        $"'{field}': there is no provider {provider}, neither in the document nor on the hub.", field, "provider_not_found");
}
