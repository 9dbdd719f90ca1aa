using AigneHub.Core;
using AigneHub.Core.Accounts;

namespace AigneHub.Gateway.Management.Config;

/// <summary>The lists of a configuration document that say who calls: accounts, teams, projects; never what they have spent.</summary>
public sealed class OwnerSections(OwnerEndpoints endpoints, IOwnerStore owners)
{
    internal ConfigSection<CreateOwnerRequest, OwnerRecord> Of(
        string name, OwnerKind kind, Func<ConfigFile, IReadOnlyList<CreateOwnerRequest>?> entriesOf) => new(name)
        {
            EntriesOf = entriesOf,
            Type = ConfigJson.Default.CreateOwnerRequest,
            KeyOfEntry = entry => entry.Id,
            KeyOf = record => record.Id,
            ReadAsync = cancellationToken =>
                StoredRecords.AllAsync((limit, continuation) => owners.ListAsync(kind, limit, continuation, cancellationToken)),
            EntryOf = endpoints.EntryOf,
            BuildAsync = (entry, before, _) => Task.FromResult(endpoints.Build(kind, entry, before)),
            CheckChange = CheckChange,
            CreateAsync = (call, record) => endpoints.AddAsync(record, call.CancellationToken),
            UpdateAsync = (call, record, before) => endpoints.ReplaceAsync(record, before, call.CancellationToken),
        };

    /// <summary>What has ended stays as it is: a document that was written before would bring names and addresses back.</summary>
    private static HubError? CheckChange(OwnerRecord before)
    {
        var word = EnumWord<OwnerKind>.Of(before.Kind);
        return before.Status switch
        {
            OwnerStatus.Deleted => new HubError(
                409, $"{word}_deleted", Blame.Caller,
                $"It was deleted, and its id stays taken. Take the {word} out of the document.", "id"),
            OwnerStatus.Closed => new HubError(
                409, $"{word}_closed", Blame.Caller,
                $"It is closed. Open it first (PATCH with \"status\": \"active\"), or take the {word} out of the document.",
                "id"),
            _ => null,
        };
    }
}
