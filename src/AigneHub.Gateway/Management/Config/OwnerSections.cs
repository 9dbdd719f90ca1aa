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
            CreateAsync = (call, record) => endpoints.AddAsync(record, call.CancellationToken),
            UpdateAsync = (call, record, before) => endpoints.ReplaceAsync(record, before, call.CancellationToken),
        };
}
