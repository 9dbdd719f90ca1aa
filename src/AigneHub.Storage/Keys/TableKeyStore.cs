using System.Text.Json;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Keys;

/// <summary>
/// The table <c>keys</c>. The record stands under its hash, so that a look-up is one point read and revocation one
/// atomic update; a second row under the id finds it for administrators and makes the list, a third one finds it for who made it
/// for itself. Later secrets are rows that name the first one's hash: what is in force stands in the record alone.
/// Ids made from a UUID v7 list newest first.
/// </summary>
internal sealed class TableKeyStore(StorageClients clients) : IKeyStore
{
    private const int ParallelReads = 8;
    private const string Hash = "Hash";
    private const string Id = "Id";
    private const string Team = "Team";

    // In the row of a later secret: the hash that the record stands under.
    private const string Of = "Of";

    // All partitions of hashes, and no others.
    private const string HashesFrom = "k-";
    private const string HashesTo = "k.";

    private TableClient Table => clients.Table(TableKeys.HubKeys);

    public async Task<KeyRecord?> FindByHashAsync(string hash, CancellationToken cancellationToken) =>
        (await FindAsync(hash, cancellationToken))?.Value.FoundBy(hash);

    public async Task<Versioned<KeyRecord>?> GetAsync(string id, CancellationToken cancellationToken) =>
        await HashOfAsync(id, cancellationToken) is { } hash ? await FindAsync(hash, cancellationToken) : null;

    public async Task<Page<KeyRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken)
    {
        var (rows, next) = await Table.PageAsync(TableKeys.KeyIdPartition, null, limit, continuation, cancellationToken);
        var keys = new List<KeyRecord>(limit);
        foreach (var some in rows.Chunk(ParallelReads))
        {
            var records = await Task.WhenAll(some.Select(row => FindAsync(row.GetString(Hash), cancellationToken)));
            // Without a record: a creation that never came to its end.
            keys.AddRange(records.OfType<Versioned<KeyRecord>>().Select(record => record.Value));
        }

        return new Page<KeyRecord>(keys, next);
    }

    public async Task<IReadOnlyList<KeyRecord>> ListOwnAsync(string owner, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.KeyOwnerPartition(owner)}");
        var ids = new List<string>();
        await foreach (var row in StorageCall.RowsAsync(
            Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), cancellationToken))
        {
            ids.Add(TableKeys.IdOfKey(row.RowKey));
        }

        var keys = new List<KeyRecord>(ids.Count);
        foreach (var some in ids.Chunk(ParallelReads))
        {
            var records = await Task.WhenAll(some.Select(id => GetAsync(id, cancellationToken)));
            keys.AddRange(records.OfType<Versioned<KeyRecord>>().Select(record => record.Value));
        }

        return keys;
    }

    public IAsyncEnumerable<KeyRecord> ListOfAsync(OwnerKind kind, string id, CancellationToken cancellationToken)
    {
        // The service looks through all records and answers with those of the owner: no reads of others', and no third row for each key.
        // It compares no text in lower case: of all that have a label the hub does.
        var filter = kind switch
        {
            OwnerKind.Account => TableClient.CreateQueryFilter(
                $"PartitionKey ge {HashesFrom} and PartitionKey lt {HashesTo} and Account eq {id}"),
            OwnerKind.Team => TableClient.CreateQueryFilter(
                $"PartitionKey ge {HashesFrom} and PartitionKey lt {HashesTo} and Team eq {id}"),
            _ => TableClient.CreateQueryFilter(
                $"PartitionKey ge {HashesFrom} and PartitionKey lt {HashesTo} and Project gt {""}"),
        };
        var records = StorageCall.RowsAsync(
            Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), cancellationToken).Select(Record);
        return kind == OwnerKind.Project ? records.Where(key => key.Project?.ToLowerInvariant() == id) : records;
    }

    public async Task<IReadOnlyDictionary<string, string>> TeamsAsync(CancellationToken cancellationToken)
    {
        var teams = new Dictionary<string, string>(StringComparer.Ordinal);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.KeyIdPartition} and Team gt {""}");
        await foreach (var row in StorageCall.RowsAsync(
            Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), cancellationToken))
        {
            teams[row.GetString(Id)] = row.GetString(Team);
        }

        return teams;
    }

    public async Task<bool> CreateAsync(KeyRecord key, CancellationToken cancellationToken)
    {
        foreach (var owner in (string?[])[key.Member, key.Parent])
        {
            if (owner is null)
            {
                continue;
            }

            // Before the key: none works that its maker does not see.
            await Table.TryAddAsync(new TableEntity(TableKeys.KeyOwnerPartition(owner), TableKeys.KeyId(key.Id)), cancellationToken);
        }

        // A key's id and team never change: they may stand in two rows.
        var idRow = new TableEntity(TableKeys.KeyIdPartition, TableKeys.KeyId(key.Id))
        {
            [Hash] = key.Hash,
            [Id] = key.Id,
            [Team] = key.Team,
        };
        if (!await Table.TryAddAsync(idRow, cancellationToken))
        {
            var unfinished = await HashOfAsync(key.Id, cancellationToken) == key.Hash
                && await FindAsync(key.Hash, cancellationToken) is null;
            if (!unfinished)
            {
                return false;
            }
        }

        if (await Table.TryAddAsync(Row(key), cancellationToken)
            // Added by a try whose answer was lost.
            || (await FindAsync(key.Hash, cancellationToken))?.Value.Id == key.Id)
        {
            return true;
        }

        await StorageCall.RunAsync(
            () => Table.DeleteEntityAsync(idRow.PartitionKey, idRow.RowKey, Azure.ETag.All, cancellationToken), cancellationToken);
        return false;
    }

    public Task<bool> UpdateAsync(KeyRecord key, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(key), etag, cancellationToken);

    public async Task<bool> RotateAsync(KeyRecord key, string etag, CancellationToken cancellationToken)
    {
        var hash = key.CurrentHash!;
        var later = new TableEntity(TableKeys.KeyHashPartition(hash), hash) { [Of] = key.Hash };
        await StorageCall.RunAsync(
            () => Table.UpsertEntityAsync(later, TableUpdateMode.Replace, cancellationToken), cancellationToken);
        if (await UpdateAsync(key, etag, cancellationToken))
        {
            return true;
        }

        await StorageCall.RunAsync(
            () => Table.DeleteEntityAsync(later.PartitionKey, later.RowKey, Azure.ETag.All, cancellationToken), cancellationToken);
        return false;
    }

    public async Task<bool> SetAdministratorAsync(KeyRecord key, CancellationToken cancellationToken)
    {
        var current = await AdministratorHashAsync(cancellationToken);
        if (current is not null && current != key.Hash)
        {
            await DeleteAsync(current, cancellationToken);
        }

        var pointer = new TableEntity(TableKeys.KeyAdministratorPartition, TableKeys.KeyAdministrator) { [Hash] = key.Hash };
        await StorageCall.RunAsync(
            () => Table.UpsertEntityAsync(pointer, TableUpdateMode.Replace, cancellationToken), cancellationToken);
        await CreateAsync(key, cancellationToken);
        return current != key.Hash;
    }

    public async Task<bool> UnsetAdministratorAsync(CancellationToken cancellationToken)
    {
        if (await AdministratorHashAsync(cancellationToken) is not { } current)
        {
            return false;
        }

        // The key before what leads to it: a repeat brings to its end what was interrupted.
        await DeleteAsync(current, cancellationToken);
        await StorageCall.RunAsync(
            () => Table.DeleteEntityAsync(
                TableKeys.KeyAdministratorPartition, TableKeys.KeyAdministrator, Azure.ETag.All, cancellationToken), cancellationToken);
        return true;
    }

    private Task<string?> AdministratorHashAsync(CancellationToken cancellationToken) => Table.FindAsync(
        TableKeys.KeyAdministratorPartition, TableKeys.KeyAdministrator, row => row.GetString(Hash), cancellationToken);

    private async Task DeleteAsync(string hash, CancellationToken cancellationToken)
    {
        if (await FindAsync(hash, cancellationToken) is not { } found)
        {
            return;
        }

        // The record first: without it the key is dead, whatever becomes of its place in the list.
        await StorageCall.RunAsync(
            () => Table.DeleteEntityAsync(TableKeys.KeyHashPartition(hash), hash, Azure.ETag.All, cancellationToken), cancellationToken);
        await StorageCall.RunAsync(
            () => Table.DeleteEntityAsync(TableKeys.KeyIdPartition, TableKeys.KeyId(found.Value.Id), Azure.ETag.All, cancellationToken),
            cancellationToken);
    }

    private Task<string?> HashOfAsync(string id, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.KeyIdPartition, TableKeys.KeyId(id), row => row.GetString(Hash), cancellationToken);

    private async Task<Versioned<KeyRecord>?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        var row = await RowAsync(hash, cancellationToken);
        if (row?.GetString(Of) is { } first)
        {
            row = await RowAsync(first, cancellationToken);
        }

        return row is null ? null : new Versioned<KeyRecord>(Record(row), row.ETag.ToString());
    }

    private Task<TableEntity?> RowAsync(string hash, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.KeyHashPartition(hash), hash, row => row, cancellationToken);

    private static TableEntity Row(KeyRecord key) => new(TableKeys.KeyHashPartition(key.Hash), key.Hash)
    {
        [Id] = key.Id,
        ["Account"] = key.Account,
        [Team] = key.Team,
        ["Project"] = key.Project,
        ["Member"] = key.Member,
        ["Parent"] = key.Parent,
        ["CurrentHash"] = key.CurrentHash,
        ["Previous"] = key.Previous.Count == 0 ? null : Json(key.Previous),
        ["Name"] = key.Name,
        ["Role"] = key.Role.ToString(),
        ["Hint"] = key.Hint,
        ["Models"] = string.Join('\n', key.Models),
        ["ModelsDenied"] = string.Join('\n', key.ModelsDenied),
        ["Scopes"] = string.Join('\n', key.Scopes),
        ["IpRanges"] = string.Join('\n', key.IpRanges),
        ["Tags"] = string.Join('\n', key.Tags),
        ["Terms"] = Json(key.Terms),
        ["Limits"] = Json(key.Limits),
        ["MayPay"] = key.MayPay,
        ["CreatedAt"] = key.CreatedAt,
        ["ExpiresAt"] = key.ExpiresAt,
        ["RevokedAt"] = key.RevokedAt,
    };

    private static KeyRecord Record(TableEntity row) => new()
    {
        Id = row.GetString(Id),
        Hash = row.RowKey,
        Account = row.GetString("Account"),
        Team = row.GetString(Team),
        Project = row.GetString("Project"),
        Member = row.GetString("Member"),
        Parent = row.GetString("Parent"),
        CurrentHash = row.GetString("CurrentHash"),
        Previous = FromJson<IReadOnlyList<PreviousSecret>>(row.GetString("Previous")) ?? [],
        Name = row.GetString("Name"),
        Role = Enum.Parse<Role>(row.GetString("Role")),
        Hint = row.GetString("Hint"),
        Models = Lines(row, "Models"),
        ModelsDenied = Lines(row, "ModelsDenied"),
        Scopes = [.. Lines(row, "Scopes").Select(Enum.Parse<KeyScope>)],
        IpRanges =
        [
            .. Lines(row, "IpRanges").Select(range => AddressRange.Parse(range)
                ?? throw new InvalidDataException($"'{range}' is no range of addresses.")),
        ],
        Tags = Lines(row, "Tags"),
        Terms = FromJson<PurseTerms>(row.GetString("Terms")),
        Limits = FromJson<RateLimits>(row.GetString("Limits")),
        // Keys from before it was asked for have no such column, and may not.
        MayPay = row.GetBoolean("MayPay") ?? false,
        CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
        ExpiresAt = row.GetDateTimeOffset("ExpiresAt"),
        RevokedAt = row.GetDateTimeOffset("RevokedAt"),
    };

    // Keys from before there was such a column have none.
    private static string[] Lines(TableEntity row, string column) =>
        row.GetString(column)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string? Json<T>(T? value)
        where T : class => value is null ? null : JsonSerializer.Serialize(value, ConfigurationJson.TypeOf<T>());

    private static T? FromJson<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize(json, ConfigurationJson.TypeOf<T>());
}
