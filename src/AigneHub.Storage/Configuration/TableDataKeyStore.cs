using AigneHub.Core.Configuration;
using AigneHub.Core.Secrets;
using Azure.Data.Tables;

namespace AigneHub.Storage.Configuration;

/// <summary>The wrapped data keys in the table <c>config</c>.</summary>
internal sealed class TableDataKeyStore(ConfigurationTable table) : IDataKeyStore
{
    private const string Count = "DataKeys";

    public async Task<DataKeyRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        await table.FindAsync(TableKeys.DataKey(id), cancellationToken) is { } row ? Record(row) : null;

    public async Task<DataKeyRecord?> FindCurrentAsync(CancellationToken cancellationToken)
    {
        var head = await table.FindAsync(TableKeys.ConfigurationHead, cancellationToken);
        return head?.GetString(ConfigurationRows.DataKey) is { } current ? await FindAsync(current, cancellationToken) : null;
    }

    public async Task<IReadOnlyList<DataKeyRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var keys = new List<DataKeyRecord>();
        await foreach (var row in table.RowsAsync(
            ConfigurationTable.Under(TableKeys.DataKeyPrefix), IDataKeyStore.KeysMax, cancellationToken))
        {
            keys.Add(Record(row));
        }

        return keys;
    }

    public Task<WriteResult> AddAsync(DataKeyRecord key, CancellationToken cancellationToken) => table.WriteAsync(
        async change =>
        {
            var row = change.NewRow(TableKeys.DataKey(key.Id));
            row["Id"] = key.Id;
            row["MasterKey"] = key.MasterKey;
            row["Wrapped"] = key.Wrapped;
            row["CreatedAt"] = key.CreatedAt;
            if (await table.FindAsync(row.RowKey, cancellationToken) is { } found)
            {
                return change.Made(found)
                    ? new WriteResult(WriteStatus.Done, found.ETag.ToString())
                    : new WriteResult(WriteStatus.Exists, null, $"There is a data key {key.Id}.");
            }

            if (change.Count(Count) >= IDataKeyStore.KeysMax)
            {
                return new WriteResult(
                    WriteStatus.TooMany, null, $"{IDataKeyStore.KeysMax} data keys are stored, the most there may be.");
            }

            change.Count(Count, 1);
            change.CurrentDataKey = key.Id;
            change.Batch.Add(row);
            return null;
        },
        cancellationToken);

    public async Task<WriteResult> DropAsync(string id, CancellationToken cancellationToken)
    {
        var result = await table.WriteAsync(
            async change =>
            {
                if (await table.FindAsync(TableKeys.DataKey(id), cancellationToken) is not { } found)
                {
                    return change.IsWritten
                        ? new WriteResult(WriteStatus.Done)
                        : new WriteResult(WriteStatus.NotFound, null, $"There is no data key {id}.");
                }

                if (change.CurrentDataKey == id || await IsUsedAsync(id, cancellationToken))
                {
                    return new WriteResult(WriteStatus.InUse, null, $"The data key {id} is still needed.");
                }

                change.Count(Count, -1);
                change.Batch.Delete(found.RowKey, found.ETag);
                return null;
            },
            cancellationToken);
        return result with { ETag = null };
    }

    private async Task<bool> IsUsedAsync(string id, CancellationToken cancellationToken)
    {
        var used = ConfigurationTable.Under(TableKeys.CredentialPrefix, ConfigurationRows.DataKey, id);
        await foreach (var _ in table.RowsAsync(used, 1, cancellationToken))
        {
            return true;
        }

        return false;
    }

    private static DataKeyRecord Record(TableEntity row) => new()
    {
        Id = row.GetString("Id"),
        MasterKey = row.GetString("MasterKey"),
        Wrapped = row.GetBinary("Wrapped"),
        CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
    };
}
