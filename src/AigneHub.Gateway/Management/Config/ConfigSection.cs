using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Core;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Management.Config;

/// <summary>One list of a configuration document.</summary>
internal abstract class ConfigSection(string name)
{
    /// <summary>Its name in the document.</summary>
    public string Name { get; } = name;

    public abstract int CountIn(ConfigFile file);

    /// <summary>Whether the document speaks of it.</summary>
    public abstract bool IsIn(ConfigFile file);

    /// <summary>What is stored, as the document would say it; null when there is nothing.</summary>
    public abstract JsonNode? Export();

    /// <summary>Key and version of all that is stored.</summary>
    public abstract IEnumerable<string> Versions { get; }

    /// <summary>After <see cref="PlanAsync"/>: whether an entry of the document says what is stored.</summary>
    /// <param name="index">Its place in the document.</param>
    public abstract bool IsUnchanged(int index);

    public abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Adds what must be written; no error when nothing is wrong. Writes nothing.</summary>
    /// <param name="prune">What is stored and not in the document is deleted, where it can be.</param>
    /// <returns>Unchanged: entries that are as the document says.</returns>
    public abstract Task<(HubError? Error, int Unchanged)> PlanAsync(
        ConfigFile file, bool prune, List<ConfigStep> steps, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class ConfigSection<TEntry, TRecord>(string name) : ConfigSection(name), IStoredSection<TRecord>
    where TEntry : class
    where TRecord : class
{
    private readonly HashSet<int> _unchanged = [];
    private IReadOnlyList<Versioned<TRecord>> _stored = [];

    public required Func<ConfigFile, IReadOnlyList<TEntry>?> EntriesOf { get; init; }
    public required JsonTypeInfo<TEntry> Type { get; init; }

    /// <summary>Of an entry, which may be wrong.</summary>
    public required Func<TEntry, string> KeyOfEntry { get; init; }

    public required Func<TRecord, string> KeyOf { get; init; }
    public required Func<CancellationToken, Task<IReadOnlyList<Versioned<TRecord>>>> ReadAsync { get; init; }

    /// <summary>All of a record as the document says it.</summary>
    public required Func<TRecord, TEntry> EntryOf { get; init; }

    /// <summary>
    /// The record that an entry means; the second argument is the stored one, or null. Exactly one of the results is null.
    /// </summary>
    public required Func<TEntry, TRecord?, CancellationToken, Task<(TRecord? Record, HubError? Error)>> BuildAsync { get; init; }

    /// <summary>Why the stored record can't be changed, or null; absent: all can.</summary>
    public Func<TRecord, HubError?>? CheckChange { get; init; }

    public required Func<ManagementCall, TRecord, Task<HubError?>> CreateAsync { get; init; }
    public required Func<ManagementCall, TRecord, Versioned<TRecord>, Task<HubError?>> UpdateAsync { get; init; }

    /// <summary>Null: it is never deleted.</summary>
    public Func<ManagementCall, Versioned<TRecord>, Task<HubError?>>? DeleteAsync { get; init; }

    /// <summary>The section is one object, and not a list.</summary>
    public bool IsSingle { get; init; }

    public IReadOnlyList<TRecord> Stored => [.. _stored.Select(one => one.Value)];

    public override IEnumerable<string> Versions => _stored.Select(one => $"{Name}|{KeyOf(one.Value)}|{one.ETag}");

    public override int CountIn(ConfigFile file) => EntriesOf(file)?.Count ?? 0;

    public override bool IsIn(ConfigFile file) => EntriesOf(file) is not null;

    public override JsonNode? Export()
    {
        JsonNode?[] items = [.. Named().Select(one => JsonOf(EntryOf(one.Value)))];
        return items.Length == 0 ? null : IsSingle ? items[0] : new JsonArray(items);
    }

    public override bool IsUnchanged(int index) => _unchanged.Contains(index);

    public override async Task LoadAsync(CancellationToken cancellationToken) => _stored = await ReadAsync(cancellationToken);

    public override async Task<(HubError? Error, int Unchanged)> PlanAsync(
        ConfigFile file, bool prune, List<ConfigStep> steps, CancellationToken cancellationToken)
    {
        if (EntriesOf(file) is not { } entries)
        {
            return (null, 0);
        }

        var before = Named().ToDictionary(one => KeyOf(one.Value), StringComparer.OrdinalIgnoreCase);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < entries.Count; i++)
        {
            var place = IsSingle ? Name : $"{Name}[{i}]";
            if (entries[i] is not { } entry)
            {
                return (Problem.BadRequest($"'{place}' must be an object.", place), 0);
            }

            var key = KeyOfEntry(entry);
            if (!seen.Add(key))
            {
                return (Problem.BadRequest($"'{place}' ({key}) stands in the document twice.", place), 0);
            }

            var found = before.GetValueOrDefault(key);
            if (found is not null && JsonNode.DeepEquals(JsonOf(entry), JsonOf(EntryOf(found.Value))))
            {
                // What is stored may be sent back, though what it needs has gone since.
                _unchanged.Add(i);
                continue;
            }

            var (record, error) = await BuildAsync(entry, found?.Value, cancellationToken);
            var fields = record is null ? [] : FieldsBetween(found?.Value, record);
            error ??= found is not null && fields.Count > 0 ? CheckChange?.Invoke(found.Value) : null;
            if (record is null || error is not null)
            {
                return (error! with { Message = $"{place} ({key}): {error.Message}", Param = $"{place}.{error.Param}".TrimEnd('.') }, 0);
            }

            if (found is null)
            {
                Add(steps, key, ConfigAction.Create, fields, call => CreateAsync(call, record));
            }
            else if (fields.Count > 0)
            {
                Add(steps, key, ConfigAction.Update, fields, call => UpdateAsync(call, record, found));
            }
            else
            {
                _unchanged.Add(i);
            }
        }

        if (prune && DeleteAsync is not null)
        {
            foreach (var (key, gone) in before.Where(one => !seen.Contains(one.Key)))
            {
                Add(steps, key, ConfigAction.Delete, [], call => DeleteAsync(call, gone));
            }
        }

        return (null, _unchanged.Count);
    }

    /// <summary>Of what is stored under names that differ by case alone, the first.</summary>
    private IEnumerable<Versioned<TRecord>> Named() => _stored.DistinctBy(one => KeyOf(one.Value), StringComparer.OrdinalIgnoreCase);

    private JsonNode? JsonOf(TEntry entry) => JsonSerializer.SerializeToNode(entry, Type);

    private void Add(
        List<ConfigStep> steps, string key, ConfigAction action, IReadOnlyList<ConfigFieldChange> fields,
        Func<ManagementCall, Task<HubError?>> apply) =>
        steps.Add(new ConfigStep(new ConfigChange(Name, key, action, fields), apply));

    private List<ConfigFieldChange> FieldsBetween(TRecord? before, TRecord after)
    {
        var old = before is null ? [] : JsonOf(EntryOf(before))!.AsObject();
        var next = JsonOf(EntryOf(after))!.AsObject();
        return
        [
            .. from field in old.Select(pair => pair.Key).Union(next.Select(pair => pair.Key))
               where !JsonNode.DeepEquals(old[field], next[field])
               select new ConfigFieldChange(field, old[field]?.ToJsonString(), next[field]?.ToJsonString()),
        ];
    }
}
